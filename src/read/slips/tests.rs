//! One slip in a text that is else right gives one problem, at its place.

use crate::problem::Problem;
use crate::read::read_text;

fn told(text: &str) -> Vec<String> {
    let problems: Vec<Problem> = read_text(text, |_, _| Some(())).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

const SOUND: &str = r#"Scenario(
    question: "What if?", // a comment
    regions: ["us-east-1", "eu-west-1"], /* another */
    users: [
        Population(name: "a", users: 2_000_000, reads: "20 req/h"),
    ],
    policy: Failover(
        primary: To(region: "us-east-1", check: "c"),
        how: BlackHole,
        sigma: -0.5e-3,
        curve: {"08:00": "40%"},
    ),
)
"#;

#[test]
fn a_sound_text_has_no_slip() {
    assert_eq!(told(SOUND), Vec::<String>::new());
    assert_eq!(super::Walk::over(SOUND).len(), 0);
}

/// What is replaced by what in the sound text, and the only problem that it gives.
const SLIPS: [(&str, &str, &str); 37] = [
    ("BlackHole,", "BlackHole;", "9:23: ; separates nothing; write a comma"),
    (r#""What if?","#, r#""What if?""#, "2:25: a comma is missing here; write , after this"),
    (
        r#""us-east-1", "eu"#,
        r#""us-east-1" "eu"#,
        "3:26: a comma is missing here; write , after this",
    ),
    ("    ],\n    policy", "    ]\n    policy", "6:6: a comma is missing here; write , after this"),
    ("BlackHole,", "BlackHole", "9:23: a comma is missing here; write , after this"),
    ("how: Black", "how = Black", "9:13: = sets no field; write how: and the value"),
    ("how: Black", "how := Black", "9:13: := sets no field; write how: and the value"),
    ("how: Black", "how Black", "9:12: a colon is missing here; write how: and its value"),
    ("name: \"a\"", "name \"a\"", "5:24: a colon is missing here; write name: and its value"),
    ("users: [", "users [", "4:10: a colon is missing here; write users: and its value"),
    ("// a comment", "# a comment, \"it", "2:27: # begins no comment; comments are //"),
    ("Scenario(", "# a file (\nScenario(", "1:1: # begins no comment; comments are //"),
    ("2_000_000", "60s", "5:38: 60s stands without quotes; write \"60s\""),
    ("\"20 req/h\"", "20 req/h", "5:56: 20 req/h stands without quotes; write \"20 req/h\""),
    ("\"20 req/h\"", "99.9%", "5:56: 99.9% stands without quotes; write \"99.9%\""),
    ("\"20 req/h\"", "$652/month", "5:56: $652/month stands without quotes; write \"$652/month\""),
    (
        "To(region: \"us-east-1\"",
        "To(region: us-east-1",
        "8:29: us-east-1 stands without quotes; write \"us-east-1\"",
    ),
    (
        "To(region: \"us-east-1\"",
        "To(region: 'us-east-1'",
        "8:29: texts are written in double quotes; write \"us-east-1\"",
    ),
    ("name: \"a\"", "name: 'a'", "5:26: texts are written in double quotes; write \"a\""),
    (
        "To(region: \"us-east-1\"",
        "To(region: “us-east-1”",
        "8:29: texts are written in straight quotes; write \"us-east-1\"",
    ),
    (
        "To(region: \"us-east-1\"",
        "To(region: \"us-east-1”",
        "8:29: the quotes of this text do not pair up; begin and end each text with one \", and write \\\" inside it",
    ),
    (
        "To(region: \"us-east-1\"",
        "To(region: \"us-east-1",
        "8:29: the quotes of this text do not pair up; begin and end each text with one \", and write \\\" inside it",
    ),
    (
        "What if?",
        "What \"if\"?",
        "2:15: the quotes of this text do not pair up; begin and end each text with one \", and write \\\" inside it",
    ),
    ("/* another */", "/* another", "3:42: this comment never ends; end it with */"),
    ("\"c\"),", "\"c\"),;", "8:54: ; separates nothing; take it out"),
    ("    ),\n)", "    ),\n);", "13:2: ; separates nothing; take it out"),
    ("how: Black", "\"how\": Black", "9:9: names of fields stand without quotes; write how:"),
    (
        "how: BlackHole",
        "how: Some(BlackHole)",
        "9:14: Some is not used; write the value alone, without Some( )",
    ),
    ("how: BlackHole", "how: None", "9:14: None is not used; leave the field out"),
    (
        "To(region: \"us-east-1\", check: \"c\")",
        "To{region: \"us-east-1\", check: \"c\"}",
        "8:20: To takes round brackets; write To(name: value, ..)",
    ),
    (
        "check: \"c\"),",
        "check: \"c\",",
        "8:20: the ( of To is never closed; write ) before line 12",
    ),
    (
        "req/h\"),",
        "req/h\",",
        "5:19: the ( of Population is never closed; write ) before the ] in line 6",
    ),
    (
        "    ],\n    policy",
        "    policy",
        "4:12: the [ of users is never closed; write ] before policy, in line 6",
    ),
    ("    ),\n)", "    ),\n", "1:9: the ( of Scenario is never closed; write ) at the end"),
    (
        "req/h\"),",
        "req/h\"],",
        "5:66: the ( of Population, in line 5, is closed by a ]; write ) instead",
    ),
    (
        "check: \"c\"),",
        "check: \"c\")),",
        "8:53: everything is closed before line 12, and more follows; take this bracket out",
    ),
    (
        "sigma: -0.5e-3,",
        "sigma: ,",
        "10:16: sigma has no value; write sigma: and its value, or leave the field out",
    ),
];

#[test]
fn one_slip_gives_one_problem_at_its_place() {
    for (right, wrong, expected) in SLIPS {
        assert_eq!(SOUND.matches(right).count(), 1, "{right}");
        assert_eq!(told(&SOUND.replace(right, wrong)), [expected], "{wrong}");
    }
}

/// Two slips are two problems, and what somebody does everywhere is told once, with its lines.
#[test]
fn slips_are_told_together_and_habits_once() {
    let text =
        SOUND.replace("how: Black", "how = Black").replace("\"a\"", "'a'").replace("\"c\"", "'c'");
    let expected = [
        "5:26: texts are written in double quotes; write \"a\" (also in line 8)",
        "9:13: = sets no field; write how: and the value",
    ];
    assert_eq!(told(&text), expected);
}

#[test]
fn other_formats_are_told_how_a_scenario_begins() {
    let begins = "1:1: the file does not begin with Scenario(; write Scenario(name: value, ..), or let `mrsim new` write a start";
    assert_eq!(told("question = \"TOML?\"\nrun = \"30min\"\n"), [begins]);
    assert_eq!(told("question: YAML\nrun: 30min\n"), [begins]);
    let help = "take it out, or put the text that it belongs to in double quotes";
    assert_eq!(told("\0\0\0"), [format!("1:1: not RON: \\0 means nothing here; {help}")]);
}
