//! A CDN with an origin group (CloudFront): hits are answered at the edge; every miss goes to the
//! primary origin first, even while it is known to be dead, and on to the secondary when the primary fails.
//! Only reads (GET, HEAD, OPTIONS) fail over, writes never do.
//! Source: CloudFront Developer Guide, "Optimizing high availability with CloudFront origin failover"
//! and "Values that you specify when you create or update a distribution".

use super::{Entrance, Grip, Leg, Way};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::{Fields, record};
use crate::routing::{Patience, View};
use crate::units::{Duration, Share};

record! {
    /// Edge caches before a primary and a secondary origin; each read that misses fails over by itself.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Cdn as "Cdn", check Cdn::judge {
        /// The name by which records refer to it.
        pub name: String,
        /// The region of the origin that every miss goes to first.
        pub primary: RegionId,
        /// The region of the origin for reads that fail at the primary.
        pub secondary: Option<RegionId>,
        /// Share of reads answered at the edge. By default nothing is cached.
        #[written("hit_ratio", was "hit_share")]
        pub hit_share: Share = Share::NONE,
        /// Attempts to connect to an origin. Slow reads are sent as often, too.
        #[range(1u64, 3u64, "CloudFront connects 1 to 3 times")]
        #[source("CloudFront Developer Guide, Connection attempts: 3 by default")]
        pub attempts: u64 = 3,
        /// Time for each attempt to connect.
        #[range(Duration::from_secs(1), Duration::from_secs(10), "CloudFront waits 1s to 10s for a connection")]
        #[source("CloudFront Developer Guide, Connection timeout: 10 s by default")]
        pub connect_timeout: Duration = Duration::from_secs(10),
        /// Time for an answer on an open connection.
        #[range(Duration::from_secs(1), Duration::from_secs(60), "CloudFront waits 1s to 60s for an answer")]
        #[source("CloudFront Developer Guide, Response timeout: 30 s by default")]
        pub response_timeout: Duration = Duration::from_secs(30),
        /// Error answers (5xx) of the primary send a read to the secondary.
        pub fails_over_on_errors: bool = true,
    }
}

impl Cdn {
    pub const KIND: Kind = Kind {
        name: "Cdn",
        summary: "edge caches before a primary and a secondary origin; each read that misses fails over by itself (CloudFront)",
        example: "Cdn(name: \"www\", primary: \"ap-northeast-1\", secondary: \"us-east-1\", hit_ratio: \"85%\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.secondary == Some(self.primary) {
            let help = "name another region as secondary, or leave it out";
            fields.reject("secondary", "primary and secondary are the same region", help);
        }
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
