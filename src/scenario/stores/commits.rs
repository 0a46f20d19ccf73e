//! Rules of stores whose commits wait for other regions: what can be read and still makes no sense.

use crate::id::RegionId;
use crate::read::Fields;
use crate::replication::strong_regions::StrongRegions;
use crate::replication::{Promotion, Replication, Waits};

/// The regions of a store: `regions: [..]` of one whose replicas are all alike, or `writer` and `readers`.
pub struct Placed {
    pub writer: Option<RegionId>,
    pub readers: Vec<RegionId>,
    /// They were written as `regions`.
    pub alike: bool,
}

/// Reads the regions of a store: of `regions` the first stands for the writer.
pub fn read_regions(fields: &mut Fields, base: Option<&Replication>) -> Placed {
    let is_alike = base.is_some_and(|base| {
        base.items().is_some()
            || base.quorum().is_some()
            || matches!(base, Replication::StrongRegions(_))
    });
    if fields.expr("regions").is_none() && is_alike && fields.expr("writer").is_none() {
        let regions: Option<Vec<RegionId>> = fields.required("regions");
        return Placed { writer: None, readers: regions.unwrap_or_default(), alike: true };
    }
    if fields.expr("regions").is_none() {
        let writer = fields.required::<RegionId>("writer");
        return Placed {
            writer,
            readers: fields.optional("readers").unwrap_or_default(),
            alike: false,
        };
    }
    if fields.expr("writer").is_some() || fields.expr("readers").is_some() {
        let at = fields.place_of("regions");
        fields.reader().problem(
            at,
            "the store has regions, and a writer or readers besides",
            "keep regions: [..], or writer: .. and readers: [..]",
        );
    }
    let mut regions: Vec<RegionId> = fields.optional("regions").unwrap_or_default();
    if regions.is_empty() {
        let at = fields.place_of("regions");
        fields.reader().problem(at, "the store has no region", "list the regions with a replica");
        return Placed { writer: None, readers: Vec::new(), alike: true };
    }
    let writer = regions.remove(0);
    Placed { writer: Some(writer), readers: regions, alike: true }
}

/// A leader takes the writer's place among the regions.
pub fn lead(placed: Placed, replication: Option<&Replication>) -> Placed {
    let Some(Replication::StrongRegions(StrongRegions { leader: Some(leader), .. })) = replication
    else {
        return placed;
    };
    let Some(at) = placed.readers.iter().position(|reader| reader == leader) else { return placed };
    let mut readers = placed.readers;
    readers.remove(at);
    readers.splice(0..0, placed.writer);
    Placed { writer: Some(*leader), readers, ..placed }
}

/// Checks what commits wait for against the regions of the store.
pub fn check(
    fields: &mut Fields,
    placed: &Placed,
    replication: Option<&Replication>,
    promotion: Option<&Promotion>,
) {
    let Some(replication) = replication else { return };
    let mut problem = |field: &str, what: String, mend: &str| {
        let at = fields.place_of(field);
        fields.reader().problem(at, what, mend);
    };
    let readers = placed.readers.len() as u64;
    if placed.alike
        && !matches!(replication, Replication::StrongRegions(_))
        && replication.items().is_none()
        && replication.quorum().is_none()
    {
        let what = format!("{} has one writer, and regions are all alike", replication.name());
        problem("regions", what, "write writer: .. and readers: [..]");
    }
    match replication.behaviour().waits() {
        Waits::Nobody => {}
        Waits::Replicas { acks, .. } if acks > readers => {
            let what =
                format!("a commit waits for acks: {acks} of the readers, and there are {readers}");
            problem("replication", what, "list more regions in readers: [..], or lower acks");
        }
        Waits::Replicas { .. } => {}
        Waits::Guard(_) if readers == 0 => {
            problem(
                "replication",
                "rpo_guard watches replicas, and there are none".into(),
                "list them in readers: [..], or leave rpo_guard out",
            );
        }
        Waits::Guard(guard) => {
            let usual = replication.log().map(|log| log.lag.at(0.999));
            if usual.is_some_and(|usual| usual >= guard) {
                let what = format!(
                    "replicas are further behind than rpo_guard ({guard}) while nothing is wrong"
                );
                problem("replication", what, "write a longer rpo_guard, or a shorter lag");
            }
        }
        Waits::Majority(strong) => check_strong(&mut problem, placed, strong, promotion),
    }
}

fn check_strong(
    problem: &mut impl FnMut(&str, String, &str),
    placed: &Placed,
    strong: &StrongRegions,
    promotion: Option<&Promotion>,
) {
    if !placed.alike {
        problem(
            "writer",
            "the replicas of StrongRegions are all alike".into(),
            "write regions: [..] instead of writer and readers",
        );
        return;
    }
    let serves =
        |region: RegionId| placed.writer == Some(region) || placed.readers.contains(&region);
    let replicas = 1 + placed.readers.len();
    let votes = replicas + usize::from(strong.witness.is_some());
    check_votes(problem, strong, votes);
    if replicas < 2 {
        problem(
            "regions",
            "a single region serves".into(),
            "list two regions or more: a witness serves nothing",
        );
    }
    if strong.witness.is_some_and(serves) {
        problem(
            "replication",
            "the witness is listed among the regions that serve".into(),
            "list only the regions that serve in regions: [..]",
        );
    }
    if strong.leader.is_some_and(|leader| !serves(leader)) {
        problem(
            "replication",
            "the leader has no replica".into(),
            "name one of the regions in regions: [..]",
        );
    }
    check_election(problem, strong);
    if promotion.is_some() {
        let mend = "leave promotion out: the regions agree by themselves";
        problem("promotion", "nobody is promoted in StrongRegions".into(), mend);
    }
}

/// Regions that agree need a majority that can spare one.
fn check_votes(problem: &mut impl FnMut(&str, String, &str), strong: &StrongRegions, votes: usize) {
    match strong.leader {
        None if votes != 3 => {
            let what =
                format!("{votes} regions are to agree without a leader, and exactly three can");
            problem(
                "regions",
                what,
                "list three regions, or two and a witness: \"..\" in StrongRegions (DynamoDB MRSC)",
            );
        }
        Some(_) if votes < 3 => {
            problem(
                "regions",
                format!("{votes} regions are to agree, and none of them can be spared"),
                "list three regions or more, or add a witness",
            );
        }
        _ => {}
    }
}

/// A leader is elected, and nobody else.
fn check_election(problem: &mut impl FnMut(&str, String, &str), strong: &StrongRegions) {
    match (strong.leader, strong.election) {
        (Some(_), None) => problem(
            "replication",
            "nobody says how long the election of a leader takes".into(),
            "add election: \"10s\"",
        ),
        (None, Some(_)) => problem(
            "replication",
            "there is an election and no leader".into(),
            "write leader: \"..\" in StrongRegions, or leave election out",
        ),
        _ => {}
    }
}
