//! A CDN with an origin group (CloudFront): hits are answered at the edge; every miss goes to the
//! primary origin first, even while it is known to be dead, and on to the secondary when the primary fails.
//! Only reads (GET, HEAD, OPTIONS) fail over, writes never do.
//! Source: CloudFront Developer Guide, "Optimizing high availability with CloudFront origin failover"
//! and "Values that you specify when you create or update a distribution".

use super::{Entrance, Grip, Leg, Way};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::routing::{Patience, View};
use crate::units::{Duration, Share};

/// `Cdn(name: "www", primary: "ap-northeast-1", secondary: "us-east-1", hit_share: "85%")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Cdn {
    pub name: String,
    pub primary: RegionId,
    pub secondary: Option<RegionId>,
    /// Share of reads answered at the edge. Default 0 %: nothing is cached.
    pub hit_share: Share,
    /// Attempts to connect to an origin, 1 to 3. Default 3. Slow reads are sent as often, too.
    pub attempts: u64,
    /// Time for each attempt, 1 s to 10 s. Default 10 s.
    pub connect_timeout: Duration,
    /// Time for an answer on an open connection, 1 s to 60 s. Default 30 s.
    pub response_timeout: Duration,
    /// Error answers (5xx) of the primary send a read to the secondary. Default true.
    pub fails_over_on_errors: bool,
}

impl Cdn {
    pub const KIND: Kind = Kind {
        name: "Cdn",
        summary: "edge caches before a primary and a secondary origin; each read that misses fails over by itself (CloudFront)",
        example: "Cdn(name: \"www\", primary: \"ap-northeast-1\", secondary: \"us-east-1\", hit_share: \"85%\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Cdn")?;
        let name = fields.required::<String>("name");
        let primary = fields.required::<RegionId>("primary");
        let secondary = fields.optional::<RegionId>("secondary");
        let cdn = Cdn {
            name: String::new(),
            primary: primary.unwrap_or(RegionId(0)),
            secondary,
            hit_share: fields.or("hit_share", Share::NONE),
            attempts: fields.or("attempts", 3),
            connect_timeout: fields.or("connect_timeout", Duration::from_secs(10)),
            response_timeout: fields.or("response_timeout", Duration::from_secs(30)),
            fails_over_on_errors: fields.or("fails_over_on_errors", true),
        };
        let between = |length: Duration, least: u64, most: u64| {
            (Duration::from_secs(least)..=Duration::from_secs(most)).contains(&length)
        };
        let rules = [
            ("attempts", (1..=3).contains(&cdn.attempts), "CloudFront connects 1 to 3 times"),
            (
                "connect_timeout",
                between(cdn.connect_timeout, 1, 10),
                "CloudFront waits 1s to 10s for a connection",
            ),
            (
                "response_timeout",
                between(cdn.response_timeout, 1, 60),
                "CloudFront waits 1s to 60s for an answer",
            ),
        ];
        for (field, holds, mend) in rules {
            if !holds {
                let at = fields.place_of(field);
                fields.reader().problem(at, format!("{field} is out of range"), mend);
            }
        }
        if primary.is_some() && primary == secondary {
            let at = fields.place_of("secondary");
            fields.reader().problem(
                at,
                "primary and secondary are the same region",
                "name another region as secondary, or leave it out",
            );
        }
        fields.close();
        Some(Cdn { name: name?, primary: primary?, ..cdn })
    }

    fn leg(&self, region: RegionId) -> Leg {
        let patience = Patience {
            connect: self.connect_timeout,
            answer: self.response_timeout,
            tries: self.attempts,
            retries_errors: self.fails_over_on_errors,
        };
        Leg { region, patience }
    }
}

impl Entrance for Cdn {
    fn name(&self) -> &str {
        &self.name
    }

    fn regions(&self) -> Vec<RegionId> {
        [Some(self.primary), self.secondary].into_iter().flatten().collect()
    }

    fn checks(&self) -> Vec<CheckId> {
        Vec::new()
    }

    fn ways(&self, _view: &View, is_read: bool) -> Vec<(Share, Way)> {
        if !is_read {
            return vec![(Share::ALL, Way { legs: vec![self.leg(self.primary)] })];
        }
        let origins =
            Way { legs: self.regions().into_iter().map(|region| self.leg(region)).collect() };
        let missed = Share::from_parts(Share::ALL.parts() - self.hit_share.parts());
        let ways = [(self.hit_share, Way::default()), (missed, origins)];
        ways.into_iter().filter(|(share, _)| *share > Share::NONE).collect()
    }

    fn grip(&self) -> Grip {
        Grip::Request
    }

    /// What is not in the cache is not there for the next try either.
    fn is_sticky(&self) -> bool {
        true
    }
}
