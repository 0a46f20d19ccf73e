//! Populations of users, and the resolver caches that stand between them and the name.

use super::region::user_place;
use crate::id::StoreId;
use crate::places::UserPlace;
use crate::read::{Fields, Reader};
use crate::units::{Duration, Rate};
use ron2::ast::Expr;

/// Users in one place with one behaviour.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    pub name: String,
    pub place: &'static UserPlace,
    /// 1 to 10^12.
    pub users: u64,
    /// Requests that one user makes, day and night alike.
    pub reads: Rate,
    pub writes: Rate,
    /// Where reads and writes go; `None`: answered by the region alone.
    pub store: Option<StoreId>,
    pub resolvers: Resolvers,
}

/// The resolver caches of a population. Users are spread evenly over them; users of one cache move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolvers {
    /// How many caches. Default 200 (assumption: enough that no cache is seen), never more than users.
    pub caches: u64,
    /// Questions that one cache gets. Default: one per request of its users.
    pub queries: Option<Rate>,
    /// Caches that keep an answer at least this long, whatever its time to live.
    pub minimum_ttl: Duration,
}

/// Caches of a population that does not say.
const CACHES: u64 = 200;

impl Population {
    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Population> {
        let mut fields = Fields::open(reader, expr, "Population")?;
        let name = fields.required::<String>("name");
        let place = fields.required_with("place", "\"japan\"", user_place);
        let users = fields.required::<u64>("users");
        let reads = fields.or("reads", Rate::ZERO);
        let writes = fields.or("writes", Rate::ZERO);
        let store: Option<StoreId> = fields.optional("store");
        let resolvers = fields.with("resolvers", Resolvers::read);
        let only_store = (fields.reader().names.stores.len() == 1).then_some(StoreId(0));
        super::rules::check_population(&mut fields, users, reads, writes, store.or(only_store));
        fields.close();
        let users = users?;
        let mut resolvers = resolvers.unwrap_or(Resolvers { caches: CACHES, queries: None, minimum_ttl: Duration::ZERO });
        resolvers.caches = resolvers.caches.min(users);
        Some(Population { name: name?, place: place?, users, reads, writes, store: store.or(only_store), resolvers })
    }

    /// Users behind cache number `cache`: as even as whole users allow.
    pub fn users_behind(&self, cache: u64) -> u64 {
        let (even, rest) = (self.users / self.resolvers.caches, self.users % self.resolvers.caches);
        even + u64::from(cache < rest)
    }

    /// Questions per second that one cache gets.
    pub fn queries_per_cache(&self) -> f64 {
        match self.resolvers.queries {
            Some(rate) => rate.per_second(),
            None => (self.reads.per_second() + self.writes.per_second()) * (self.users as f64 / self.resolvers.caches as f64),
        }
    }
}

impl Resolvers {
    fn read(expr: &Expr, reader: &mut Reader) -> Option<Resolvers> {
        let mut fields = Fields::open(reader, expr, "Resolvers")?;
        let caches = fields.or("caches", CACHES);
        let queries = fields.optional("queries");
        let minimum_ttl = fields.or("minimum_ttl", Duration::ZERO);
        if queries.is_some_and(|rate: Rate| rate.is_zero()) {
            let at = fields.place_of("queries");
            fields.reader().problem(at, "caches that nobody asks hold nothing", "write how often one cache is asked, or leave queries out");
        }
        if caches == 0 {
            let at = fields.place_of("caches");
            fields.reader().problem(at, "a population needs at least one resolver cache", "write caches: 1 or more");
        }
        fields.close();
        Some(Resolvers { caches, queries, minimum_ttl })
    }
}
