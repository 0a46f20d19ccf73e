//! Reading the life of a writer: fencing, rebuild and failback of a promotion; planned switchovers, forwarding and the standby of a store.

use crate::fault::Fault;
use crate::id::RegionId;
use crate::law::Law;
use crate::problem::Place;
use crate::read::Node;
use crate::read::{Fields, Reader, place, word};
use crate::replication::Store;
use crate::replication::writers::{Afterwards, Failback, Forwarding, Standby, Switchover};
use crate::scenario::presets::{self, StoreSettings};
use crate::units::{Duration, Share};
use serde::Deserialize;

/// What a store preset knows of the life of its writer. It is used where the scenario asks for it, and nowhere else.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeSettings {
    /// Where these numbers come from.
    pub source: String,
    /// More secondary regions are refused.
    pub most_readers: Option<u64>,
    /// How long a planned switchover takes.
    pub switchover: Option<Law>,
    /// From the return of an old writer's region until it is a replica again.
    pub rebuild: Option<Law>,
    /// The preset of what takes over within the writer's region.
    pub standby: Option<String>,
}

/// What a preset of a standby sets.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandbySettings {
    pub takes: Law,
    pub reads_go_on: bool,
}

/// How long after a rebuild a person orders the failback (assumption).
const FAILBACK_AFTER: Duration = Duration::from_secs(10 * 60);

/// Caches of the writer's address in one region: an assumption. With so many the share that has a new address grows as a line over the
/// time to live; with a handful it would be steps.
const ENDPOINT_CACHES: u64 = 100;
const ENDPOINT_CACHES_SOURCE: &str = "how many instances of an application, each with a cache of its own, there are in each region: nobody can know it for \
    your application; set endpoint_caches";

/// Reads `endpoint_caches: 100`.
pub fn read_endpoint_caches(fields: &mut Fields, ttl: Duration) -> u64 {
    let written = fields.optional::<u64>("endpoint_caches");
    if written.is_some_and(|caches| !(1..=10_000).contains(&caches)) {
        let at = fields.place_of("endpoint_caches");
        let mend = "write 1 to 10_000: how many application instances of one region cache the writer's address";
        fields.reader().problem(at, "endpoint_caches is out of range", mend);
    }
    let moves = fields.expr("promotion").is_some() || fields.expr("switchovers").is_some();
    if written.is_none() && moves && !ttl.is_zero() {
        let what = format!("caches of a store's address in each region: {ENDPOINT_CACHES}");
        fields.reader().sources.push((what, ENDPOINT_CACHES_SOURCE, true));
    }
    written.unwrap_or(ENDPOINT_CACHES)
}

/// A length that has a default only in some presets; the source of a default is noted.
fn law(
    fields: &mut Fields,
    name: &'static str,
    example: &str,
    default: Option<(Law, &'static LifeSettings)>,
) -> Option<Law> {
    if let Some((law, settings)) = default
        && fields.expr(name).is_none()
    {
        fields.reader().sources.push(("life of the writer".into(), &settings.source, true));
        return Some(law);
    }
    fields.required_with(name, example, <Law as crate::read::Value>::read)
}

/// The settings of a preset, with one of its lengths.
fn default(
    base: Option<&'static StoreSettings>,
    pick: fn(&LifeSettings) -> Option<Law>,
) -> Option<(Law, &'static LifeSettings)> {
    let life = base?.life.as_ref()?;
    Some((pick(life)?, life))
}

/// Reads what surrounds a promotion, from the fields of the promotion itself.
pub fn read_afterwards(
    fields: &mut Fields,
    base: Option<&'static StoreSettings>,
) -> Option<Afterwards> {
    let usual = Afterwards::default();
    let fencing = fields.or("fencing", usual.fencing);
    let fencing_fails = fields.or("fencing_fails", Share::NONE);
    let headless = fields.with("headless", <Law as crate::read::Value>::read);
    let failback = fields.with("failback", |expr, reader| read_failback(expr, reader, base));
    let is_rebuilt = fields.expr("rebuild").is_some() || fields.expr("failback").is_some();
    let rebuild = if is_rebuilt {
        Some(law(fields, "rebuild", "\"1h\"", default(base, |life| life.rebuild))?)
    } else {
        None
    };
    Some(Afterwards { fencing, fencing_fails, headless, rebuild, failback })
}

fn read_failback(
    expr: &Node,
    reader: &mut Reader,
    base: Option<&'static StoreSettings>,
) -> Option<Failback> {
    let mut fields = Fields::open(reader, expr, "Failback")?;
    let after = fields.or("after", Law::Constant(FAILBACK_AFTER));
    let takes = law(&mut fields, "takes", "\"20s\"", default(base, |life| life.switchover));
    fields.close();
    Some(Failback { after, takes: takes? })
}

/// Reads `switchovers: [..]`, each with its place.
pub fn read_switchovers(
    fields: &mut Fields,
    base: Option<&'static StoreSettings>,
) -> Vec<(Switchover, Place)> {
    fields.list("switchovers", |expr, reader| {
        let at = place(expr);
        let mut fields = Fields::open(reader, expr, "Switchover")?;
        let to = fields.required::<RegionId>("to");
        let when = fields.required::<Duration>("at");
        let takes = law(&mut fields, "takes", "\"20s\"", default(base, |life| life.switchover));
        fields.close();
        Some((Switchover { to: to?, at: when?, takes: takes? }, at))
    })
}

pub fn read_forwarding(fields: &mut Fields) -> Forwarding {
    let known = [
        ("Off", Forwarding::Off),
        ("Eventual", Forwarding::Eventual),
        ("Session", Forwarding::Session),
        ("Global", Forwarding::Global),
    ];
    fields.with("forwarding", |expr, reader| word(expr, reader, &known)).unwrap_or_default()
}

/// Reads `standby: Standby(preset: "rds-multi-az")`; not written, it is the one of the store's preset.
pub fn read_standby(fields: &mut Fields, base: Option<&'static StoreSettings>) -> Option<Standby> {
    if fields.expr("standby").is_some() {
        return fields.with("standby", read_own_standby);
    }
    let name = base?.life.as_ref()?.standby.as_ref()?;
    let preset = presets::all().standbys.iter().find(|preset| preset.name == *name)?;
    Some(Standby {
        preset: Some(name.clone()),
        takes: preset.value.takes,
        reads_go_on: preset.value.reads_go_on,
    })
}

fn read_own_standby(expr: &Node, reader: &mut Reader) -> Option<Standby> {
    let mut fields = Fields::open(reader, expr, "Standby")?;
    let mut preset = None;
    let base = fields.with("preset", |expr, reader| {
        preset = <String as crate::read::Value>::read(expr, reader);
        super::super::read_preset(expr, reader, "standby preset", &presets::all().standbys)
    });
    let takes = match &base {
        Some(base) => Some(fields.or("takes", base.takes)),
        None => fields.required("takes"),
    };
    let reads_go_on = fields.or("reads_go_on", base.is_some_and(|base| base.reads_go_on));
    fields.close();
    Some(Standby { preset, takes: takes?, reads_go_on })
}

/// A fault of a writer's instance that does not say how long it lasts takes that from the store's standby.
pub fn lend(faults: &mut [Fault], stores: &[Store], reader: &mut Reader) {
    for fault in faults {
        let Fault::WriterInstanceFails(fault) = fault else { continue };
        let Some(standby) = stores
            .iter()
            .find(|store| store.name == fault.store.name)
            .and_then(|store| store.standby.as_ref())
        else {
            continue;
        };
        fault.reads_go_on = fault.reads_go_on.or(Some(standby.reads_go_on));
        if fault.is_known {
            continue;
        }
        (fault.window.lasting, fault.is_known) = (standby.takes, true);
        let preset = standby
            .preset
            .as_ref()
            .and_then(|name| presets::all().standbys.iter().find(|preset| preset.name == *name));
        if let Some(preset) = preset {
            reader.sources.push((
                format!("standby preset {}", preset.name),
                &preset.source,
                preset.assumption,
            ));
        }
    }
}

/// Rules that need the whole store.
pub fn check(
    store: &Store,
    switchovers: &[(Switchover, Place)],
    base: Option<&'static StoreSettings>,
    fields: &mut Fields,
) {
    let is_replica = |region: RegionId| region == store.writer || store.readers.contains(&region);
    for (switchover, at) in switchovers {
        if !is_replica(switchover.to) {
            fields.reader().problem(
                *at,
                "the region to switch over to has no replica",
                "name the writer or one of the regions in readers: [..]",
            );
        } else if store.promotion.as_ref().is_some_and(|promotion| {
            promotion.to == switchover.to && promotion.afterwards.headless.is_some()
        }) {
            let mend = "leave headless out of the promotion: a headless region is given an instance before a switchover is planned";
            fields.reader().problem(*at, "the region to switch over to has no instance", mend);
        }
    }
    if store.replication.log().is_none() {
        let afterwards = store.promotion.as_ref().map(|promotion| &promotion.afterwards);
        let written = [
            ("switchovers", !switchovers.is_empty(), "a switchover"),
            ("forwarding", store.forwarding != Forwarding::Off, "forwarding"),
            (
                "promotion",
                afterwards.is_some_and(|after| after.rebuild.is_some() || after.headless.is_some()),
                "a rebuild or a headless replica",
            ),
        ];
        for (name, _, what) in written.into_iter().filter(|(_, is_written, _)| *is_written) {
            let at = fields.place_of(name);
            let family = store.replication.name();
            fields.reader().problem(
                at,
                format!(
                    "{what} needs a replica that follows a log of one writer, and {family} has none"
                ),
                "take it out",
            );
        }
    }
    if store.standby.is_some()
        && (store.replication.items().is_some() || store.replication.quorum().is_some())
    {
        let at = fields.place_of("standby");
        let what = format!(
            "a standby takes over from one writer, and every replica of {} is served by its region",
            store.replication.name()
        );
        fields.reader().problem(at, what, "take it out");
    }
    if store.forwarding != Forwarding::Off && store.readers.is_empty() {
        let at = fields.place_of("forwarding");
        fields.reader().problem(
            at,
            "no region has a replica that could forward",
            "list regions in readers: [..], or leave forwarding out",
        );
    }
    let most = base.and_then(|base| base.life.as_ref()).and_then(|life| life.most_readers);
    if let Some(most) = most.filter(|most| store.readers.len() as u64 > *most) {
        let at = fields.place_of("readers");
        let what =
            format!("{} secondary regions; this database has at most {most}", store.readers.len());
        fields.reader().problem(at, what, "list fewer readers");
    }
}
