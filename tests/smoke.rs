use mrsim::scenario::Scenario;
use std::sync::Arc;
#[test]
fn smoke() {
    for name in ["link-cut", "weighted-brownout"] {
    let text = std::fs::read_to_string(format!("scenarios/{name}.ron")).unwrap();
    let scenario = Arc::new(Scenario::parse(&text).unwrap_or_else(|p| panic!("{p:#?}")));
    let start = std::time::Instant::now();
    let report = mrsim::campaign::run(name, &scenario, &mrsim::campaign::Settings { threads: 1, ..Default::default() }, &mrsim::campaign::Quiet).unwrap();
    println!("{:?}", start.elapsed());
    std::fs::create_dir_all(format!("/tmp/out/{name}")).unwrap();
    std::fs::write(format!("/tmp/out/{name}/summary.json"), serde_json::to_string_pretty(&report).unwrap()).unwrap();
    for p in mrsim::chart::draw_all(&report, mrsim::chart::Format::Png).unwrap() { std::fs::write(format!("/tmp/out/{name}/{}.{}", p.name, p.extension), p.bytes).unwrap(); }
    }
}
