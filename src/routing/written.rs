//! A record of a policy as it is written, `To(..)`. All policies have one `To`: a field that belongs to one policy alone says so
//! where another has it.

use super::{Leads, Policy, Record, Stop};
use crate::id::{CheckId, DoorId, RegionId};
use crate::read::{Fields, Names, Node, Reader, Shape, Value, node, record};

record! {
    /// A record: where an answer leads, and which health checks speak for it. It leads to one place: a region, a front door
    /// or another policy.
    #[derive(Clone, Debug)]
    pub struct To as "To", short region, check To::judge {
        /// The region, or the front door, that the record leads to.
        pub region: Option<Stop>,
        /// The front door that the record leads to.
        pub door: Option<DoorId>,
        /// An alias: the answer is that of this policy.
        pub alias: Option<Box<Policy>>,
        /// The health check that takes the record out of answers; without one it always counts as healthy.
        #[source("Route 53 Developer Guide, How Amazon Route 53 chooses records when health checking is configured")]
        pub check: Option<CheckId>,
        /// The check that stands for a load balancer's own opinion of its targets; with `check` as well, both must be healthy.
        pub target_health: Option<CheckId>,
        /// Of an alias: it is healthy while at least one of its records is. Without it the alias is always taken, even when dead.
        pub evaluate_target_health: Option<bool>,
        /// Of Weighted: the share of answers in proportion to the other weights; 0 only when all others are unhealthy.
        #[range(0u64, 255u64, "weights are 0 to 255; only their proportion counts")]
        #[source("Route 53 Developer Guide, Weighted routing")]
        pub weight: Option<u64>,
        /// Of Geoproximity: positive pushes the border of the region out and draws clients in, negative keeps them away.
        #[range(-99i64, 99i64, "a bias is -99 to 99: positive draws clients in, negative keeps them away; 0 is none")]
        #[source("Route 53 Developer Guide, Geoproximity routing")]
        pub bias: Option<i64>,
    }
}

/// The fields that belong to one policy alone, and to which.
const OF_ONE_POLICY: [(&str, &str); 2] = [("weight", "Weighted"), ("bias", "Geoproximity")];

impl To {
    fn judge(&mut self, fields: &mut Fields) {
        let leads = ["region", "door", "alias"].into_iter();
        if leads.filter(|field| fields.is_written(field)).count() != 1 {
            let at = fields.place();
            fields.reader().problem(
                at,
                "a record leads to one place",
                "write just one of region: \"..\", door: \"..\", alias: Weighted(..)",
            );
            return;
        }
        if self.alias.as_ref().is_some_and(|policy| !policy.behaviour().is_resolved()) {
            let help = "make it the policy itself, not an alias";
            fields.reject("alias", "a list that clients hold is no answer of a name", help);
        }
        if self.evaluate_target_health.is_some() && !fields.is_written("alias") {
            let what = "evaluate_target_health belongs to an alias of other records";
            let help = "for a load balancer name the check of its targets in target_health: \"..\"; for other records leave it out";
            fields.reject("evaluate_target_health", what, help);
        }
    }

    /// Reads the record of a policy that has `own` of the fields that belong to one policy; `needs` is one that it cannot do without.
    pub fn read_with(
        node: &Node,
        reader: &mut Reader,
        own: Option<&'static str>,
        needs: Option<fn(&mut Fields)>,
    ) -> Option<(Record, To)> {
        let node = node::in_full(node, "To", Some("region"));
        let mut fields = Fields::open(reader, &node, "To")?;
        let before = fields.problems();
        let to = To::take_fields(&mut fields, None);
        for (field, policy) in OF_ONE_POLICY {
            if own != Some(field) && fields.is_written(field) {
                let what = format!("{field} of a record belongs to {policy}");
                fields.reject(field, what, "leave it out, or make that the policy");
            }
        }
        if let Some(needs) = needs {
            needs(&mut fields);
        }
        let is_sound = fields.problems() == before;
        fields.close();
        let to = to.filter(|_| is_sound)?;
        Some((to.to_record()?, to))
    }

    fn to_record(&self) -> Option<Record> {
        let stop = self.region.or(self.door.map(Stop::Door)).map(Leads::Stop);
        Some(Record {
            leads: stop.or_else(|| self.alias.clone().map(Leads::Alias))?,
            check: self.check,
            target_health: self.target_health,
            evaluate_target_health: self.evaluate_target_health.unwrap_or(true),
        })
    }
}

impl From<&Record> for To {
    fn from(record: &Record) -> To {
        let (mut region, mut door, mut alias) = (None, None, None);
        match &record.leads {
            Leads::Stop(Stop::Door(to)) => door = Some(*to),
            Leads::Stop(stop) => region = Some(*stop),
            Leads::Alias(policy) => alias = Some(policy.clone()),
        }
        let is_left_standing = alias.is_some() && !record.evaluate_target_health;
        To {
            region,
            door,
            alias,
            check: record.check,
            target_health: record.target_health,
            evaluate_target_health: is_left_standing.then_some(false),
            weight: None,
            bias: None,
        }
    }
}

impl Value for Record {
    const EXAMPLE: &'static str = "To(region: .., check: ..)";

    fn shape() -> Shape {
        Shape::Struct(To::record)
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        To::read_with(node, reader, None, None).map(|(record, _)| record)
    }

    fn write(&self, names: &Names) -> Node {
        To::from(self).write(names)
    }
}

impl Value for Stop {
    const EXAMPLE: &'static str = RegionId::EXAMPLE;

    fn shape() -> Shape {
        Shape::Either(vec![RegionId::shape(), DoorId::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let is_door = |name| reader.names.doors.iter().any(|door| door.name == name);
        if node.as_text().is_some_and(is_door) {
            DoorId::read(node, reader).map(Stop::Door)
        } else {
            RegionId::read(node, reader).map(Stop::Region)
        }
    }

    fn write(&self, names: &Names) -> Node {
        match self {
            Stop::Region(region) | Stop::Through(_, region) => region.write(names),
            Stop::Door(door) => door.write(names),
        }
    }
}
