//! docs/validation.md: the dossier for people. It holds nothing of the machine or the day, so that the same version
//! writes the same page.

use super::sections;
use super::text::summary;
use super::{Control, Dossier, Family, allowance, number, signed};
use crate::report::markdown::{Image, Page, escaped};
use crate::report::numbers::plural;

/// The whole page, ending in a line break. `path` is where it goes, as it is named in the command.
pub fn render(dossier: &Dossier, chart: Option<&Image>, path: &str) -> String {
    let mut page = Page::default();
    head(&mut page, dossier);
    if let Some(image) = chart {
        page.paragraph(&format!("![{}]({})", escaped(&image.alt), image.file));
    }
    method(&mut page);
    mistakes(&mut page, &dossier.controls);
    for family in &dossier.families {
        self::family(&mut page, family);
    }
    sections::on_page(&mut page, dossier);
    not_yet(&mut page, dossier);
    list(&mut page, "What the model leaves out", &LEFT_OUT.map(String::from));
    page.heading("Which defaults are assumptions");
    page.paragraph("Each preset names its sources in the files of `src/scenario/presets/`. At least one number of these is in no source; the text says which:");
    page.line("");
    dossier.assumptions.iter().for_each(|(name, source)| {
        page.line(&format!("- **{}**: {}", escaped(name), escaped(source)))
    });
    list(&mut page, "Where documents contradict each other", &CONTRADICTIONS.map(String::from));
    page.heading("Regenerate this page");
    let scale =
        if dossier.scale == 1.0 { String::new() } else { format!(" --scale {}", dossier.scale) };
    page.paragraph(&format!(
        "`mrsim validate-model{scale} --out {path}`; any number of threads writes the same bytes. `--scale 0.1` takes a tenth of the runs."
    ));
    page.text
}

fn head(page: &mut Page, dossier: &Dossier) {
    page.line("# Are the numbers right?");
    let scale = if dossier.scale == 1.0 {
        "with all runs".to_string()
    } else {
        format!("with {} of the runs", dossier.scale)
    };
    page.paragraph(&format!(
        "Numbers that were not derived by this project, asked of mrsim {} {scale} by `mrsim validate-model`. {}",
        dossier.version,
        summary(dossier).join(" ")
    ));
    let failures = dossier.failures();
    match failures.is_empty() {
        true => page.paragraph(
            "**Every number below is reproduced, and every planted mistake is caught.**",
        ),
        false => {
            page.paragraph("**Not valid:**");
            page.line("");
            failures.iter().for_each(|failure| page.line(&format!("- {}", escaped(failure))));
        }
    }
}

fn method(page: &mut Page) {
    page.heading("How it is judged");
    page.paragraph(
        "Each case is written as a scenario, read, and run through the real event loop; its number is read from the traces. What is pure arithmetic \
         (bounds of probabilities) or has no clock (histories of replicas that merge) is asked of the code that campaigns and stores use. No formula of an expected \
         number is in the program. A case passes when it lies within 4 standard errors of what is expected, whatever does not vary when it is exact, a \
         published number that is rounded when it is within its rounding besides. *z* is the deviation in standard errors, given where the expected number is \
         exact. Over the set, about 5% should lie beyond 2 and the signs should be mixed: a set without any beyond 1 would be as suspicious as one with a 5. \
         Cases of one scenario share its runs, so shares vary more than those of independent cases would.",
    );
}

fn mistakes(page: &mut Page, controls: &[Control]) {
    page.heading("Mistakes that were planted");
    page.paragraph(
        "A rule that nothing can fail proves nothing. So scenarios and readings with common mistakes are judged by the same rule, and each has to be rejected \
         by more than 10 standard errors (where nothing varies: at all).",
    );
    let cells = |control: &Control| {
        let (expected, ours) = (number(control.expected), number(control.ours));
        vec![
            control.mistake.to_string(),
            control.case.clone(),
            expected,
            ours,
            signed(control.distance),
            if control.caught { "yes" } else { "NO" }.to_string(),
        ]
    };
    page.table(
        &["mistake", "case", "expected", "with the mistake", "z", "caught"],
        controls.iter().map(cells),
        false,
    );
}

fn family(page: &mut Page, family: &Family) {
    if family.rows.is_empty() {
        return;
    }
    page.heading(family.title);
    page.paragraph(&format!(
        "Cases: `{}`; alone: `mrsim validate-model --only {}`.",
        family.file, family.key
    ));
    let cells = family.rows.iter().map(|row| {
        let ours =
            if row.passes { number(row.ours) } else { format!("{} REJECTED", number(row.ours)) };
        let (source, expected) = (family.source(row), number(row.expected));
        vec![
            row.id.clone(),
            row.what.clone(),
            source,
            expected,
            ours,
            allowance(row),
            row.n.to_string(),
            signed(row.z),
        ]
    });
    page.table(&["case", "what", "source", "expected", "ours", "allowed", "n", "z"], cells, false);
    page.paragraph("Sources:");
    page.line("");
    for (index, source) in family.sources().into_iter().enumerate() {
        page.line(&format!("{}. {}", index + 1, escaped(source)));
    }
    for (id, why) in &family.corrected {
        page.paragraph(&format!("{}: {}.", escaped(id), escaped(why)));
    }
}

fn not_yet(page: &mut Page, dossier: &Dossier) {
    page.heading("Cases that cannot be asked yet");
    page.line("");
    for family in dossier.families.iter().filter(|family| !family.unexpressed.is_empty()) {
        for group in &family.unexpressed {
            let cases = plural(group.cases as u64, "case");
            page.line(&format!(
                "- {}, {} ({cases} in `{}`): {}",
                escaped(family.title),
                group.beginning.trim_end_matches('.'),
                family.file,
                escaped(group.reason)
            ));
        }
    }
}

fn list(page: &mut Page, heading: &str, lines: &[String]) {
    page.heading(heading);
    page.line("");
    lines.iter().for_each(|line| page.line(&format!("- {line}")));
}

const LEFT_OUT: [&str; 12] = [
    "Load: regions have no capacity, no queues, no cold starts; retries do not add load. The survivor is assumed to hold everything.",
    "Zones: a region fails as a whole, or a share of its requests does.",
    "People: a runbook is a distribution of the time to decide; no operator makes it worse.",
    "Control planes other than that of names.",
    "Failure as it comes: faults come at stated times. How often a region fails in a year is not simulated, so no number here is an availability over years.",
    "Correlation that no scenario wrote down: two faults come together only where the scenario says so; checkers lose probes independently.",
    "Data: a write is a count with an instant, or one version of one key, not a transaction over several; a store takes what comes, only its replication has a capacity.",
    "Where keys are at home: users write to keys at random, whoever they are, so regions meet on all keys alike.",
    "Phases that belong together: a client's caches and its resolver are met at independent phases, which is up to a quarter too slow for a resolver that a single user has \
     (`fidelity: Requests` is exact there).",
    "Requests within a period of a metric: a metric of errors is weighed by time, and an alarm looks back over two periods more than it counts.",
    "Rare events and years: what happens once in a million runs is not sampled specially.",
    "Cost.",
];

const CONTRADICTIONS: [&str; 7] = [
    "An alias with evaluate-target-health to a load balancer without registered targets: the Route 53 guide of 2023 and the API's own words say unhealthy, another edition of the \
     same page says healthy. A switch (`empty_is_healthy`), unhealthy by default.",
    "How often Cloud DNS probes external endpoints: the Compute API asks for 30 s or more, the price list names 5 s. The preset takes 30 s.",
    "How long a managed failover of Aurora across regions takes: \"typically a minute\" when it was announced, \"within a few minutes\" in the guide, two minutes in a published \
     test, and no distribution anywhere. The preset's median is a minute.",
    "The quorum paper (Bailis et al., VLDB 2012) prints a Pareto shape of 3.35 for the writes of YMMR, its authors' simulator has 3.5, and only 3.5 gives the paper's own results: \
     89.3% at once, where 3.35 gives 88.7%. Presets have both; print is compared with 3.5.",
    "Its prose and that of its ACM version print the condition of a consistent read the wrong way round (the write may be at most as late, for at least); pseudocode and simulator \
     have it right.",
    "Its times until 99.9% of reads are consistent come from trying one time after the other until a batch of 50,000 reads passes, which ends 2 to 13% too early: 45.5 ms printed \
     for LNKD-DISK with R = W = 1, where the integral gives 52.148. So a printed time may be up to 15% below ours and hardly above it.",
    "Its text gives 10.47 ms for the 99.9th percentile of LNKD-DISK writes, its table 10.99; the distributions give 10.945. The table is compared.",
];
