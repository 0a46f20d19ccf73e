//! The CloudWatch alarm rule: datapoints of a metric, some of them missing, become a state; and what
//! a Route 53 health check that follows the alarm makes of that state.
//!
//! ```text
//!  evaluation range, oldest first, longer than N:   0 - X - X
//!      N real points or more: the newest N of them alone decide  --M breaching?--> ALARM, else OK
//!      fewer than N: all of them, and the rest filled in as `Missing` says
//! ```
//!
//! Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data" (the rule,
//! both tables, "Avoiding premature transitions to alarm state"). Where the text and the tables differ,
//! the tables are followed: they alone say what happens in every cell.

use crate::read::words;
use serde::Serialize;

/// One period of the metric: `None` is missing, `Some(true)` breaches the threshold.
pub type Datapoint = Option<bool>;

words! {
    /// What takes the place of a missing datapoint, as the alarm is configured. CloudWatch's default is `Missing`;
    /// for metrics in the namespace AWS/DynamoDB it is `Ignore`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum Missing {
        /// Nothing does: without any data the alarm has insufficient data.
        Missing,
        /// The state stays what it was.
        Ignore,
        /// A datapoint that breaches.
        Breaching,
        /// A datapoint that does not breach.
        NotBreaching,
    }
}

/// The state of an alarm. Actions fire when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum State {
    Ok,
    Alarm,
    /// The state of a new alarm, until it is first evaluated.
    InsufficientData,
}

/// How many of the newest periods an alarm with N evaluation periods looks at: N + 2.
///
/// **Assumption**: the guide says that the number is higher than N and depends on the period and the
/// resolution of the metric, and gives it once: 5 for N = 3. N + 2 agrees with that, and with the reports
/// of users whose alarms with N = 1 took about three silent periods to act.
pub const fn evaluation_range(evaluation_periods: usize) -> usize {
    evaluation_periods + 2
}

/// The state after an evaluation. `points` is the evaluation range, oldest first: the newest
/// [`evaluation_range`] periods. M (`datapoints_to_alarm`) is at least 1 and at most N (`evaluation_periods`).
pub fn evaluate(
    points: &[Datapoint],
    datapoints_to_alarm: usize,
    evaluation_periods: usize,
    missing: Missing,
    previous: State,
) -> State {
    assert!(
        (1..=evaluation_periods).contains(&datapoints_to_alarm),
        "an alarm needs 1 to N of N datapoints"
    );
    let newest_real = points.iter().rev().filter_map(|point| *point).take(evaluation_periods);
    let (real, breaching) = newest_real
        .fold((0, 0), |(real, breaching), breaches| (real + 1, breaching + usize::from(breaches)));
    let filled = evaluation_periods - real;
    let by_count =
        |breaching: usize| if breaching >= datapoints_to_alarm { State::Alarm } else { State::Ok };
    match missing {
        _ if filled == 0 => by_count(breaching),
        Missing::Breaching => by_count(breaching + filled),
        Missing::NotBreaching => by_count(breaching),
        // Enough points breach, or a real one does not: real data has decided.
        Missing::Missing | Missing::Ignore
            if breaching >= datapoints_to_alarm || breaching < real =>
        {
            by_count(breaching)
        }
        Missing::Ignore => previous,
        Missing::Missing if is_premature(points, datapoints_to_alarm) => State::Alarm,
        // All points missing; or a few that all breach and are too new. Of the latter the guide says today only
        // that the alarm "does not go immediately into ALARM state"; its tables of 2018 have INSUFFICIENT_DATA.
        Missing::Missing => State::InsufficientData,
    }
}

/// The "premature alarm" rule, for a range whose real points all breach but are fewer than M: once the oldest of them is
/// M periods old or older, the alarm no longer waits for data that might not breach. The tables show that a
/// point that does not breach rules it out, even an older one (`0-X--`), and that only `Missing::Missing` has the rule.
fn is_premature(points: &[Datapoint], datapoints_to_alarm: usize) -> bool {
    let oldest_real = points.iter().position(Option::is_some);
    oldest_real.is_some_and(|at| points.len() - at >= datapoints_to_alarm)
}

words! {
    /// What a Route 53 health check that follows an alarm takes insufficient data for. Route 53's default is
    /// `LastKnown` (API reference, `InsufficientDataHealthStatus`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum DataForHealth {
        /// For health.
        Healthy,
        /// For a failure.
        Unhealthy,
        /// For the health when data last sufficed, and for health before that.
        LastKnown,
    }
}

/// The last known health of a check that has had no data yet (same source).
pub const NEW_CHECK_IS_HEALTHY: bool = true;

/// Whether the check is healthy. `last` is its health when data last sufficed, [`NEW_CHECK_IS_HEALTHY`] before that.
///
/// Route 53 evaluates the data stream of the alarm's metric by itself and never sees a state that somebody set by hand. It
/// supports neither M out of N (such an alarm has M = N) nor metrics of high resolution. Source: Route 53 Developer
/// Guide, "How Amazon Route 53 determines whether a health check is healthy" and "Values that you specify when you
/// create or update health checks".
pub fn health(state: State, insufficient: DataForHealth, last: bool) -> bool {
    match (state, insufficient) {
        (State::Ok, _) | (State::InsufficientData, DataForHealth::Healthy) => true,
        (State::Alarm, _) | (State::InsufficientData, DataForHealth::Unhealthy) => false,
        (State::InsufficientData, DataForHealth::LastKnown) => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 3] = [State::Ok, State::Alarm, State::InsufficientData];
    const TREATMENTS: [Missing; 4] =
        [Missing::Missing, Missing::Ignore, Missing::Breaching, Missing::NotBreaching];

    /// Reads "0-X" as the guide writes datapoints, the newest on the right.
    fn points(text: &str) -> Vec<Datapoint> {
        let point = |c| match c {
            'X' => Some(true),
            '0' => Some(false),
            '-' => None,
            other => panic!("{other} is no datapoint"),
        };
        text.chars().map(point).collect()
    }

    /// The state under each treatment, in the order of the guide's columns, `keep` where it depends on the previous one.
    fn row(text: &str, m: usize, n: usize) -> String {
        let cell = |missing| {
            let states = STATES.map(|previous| evaluate(&points(text), m, n, missing, previous));
            match states {
                STATES => "keep",
                [State::Ok, State::Ok, State::Ok] => "OK",
                [State::Alarm, State::Alarm, State::Alarm] => "ALARM",
                [State::InsufficientData, State::InsufficientData, State::InsufficientData] => {
                    "INSUFFICIENT"
                }
                mixed => panic!("{text}: {mixed:?}"),
            }
        };
        TREATMENTS.map(cell).join(" ")
    }

    /// CloudWatch User Guide, first table: 3 out of 3, evaluation range 5.
    #[test]
    fn the_table_of_three_out_of_three_is_reproduced() {
        for (text, expected) in [
            ("0-X-X", "OK OK OK OK"),
            ("0----", "OK OK OK OK"),
            ("-----", "INSUFFICIENT keep ALARM OK"),
            ("0XX-X", "ALARM ALARM ALARM ALARM"),
            ("--X--", "ALARM keep ALARM OK"),
        ] {
            assert_eq!(text.len(), evaluation_range(3));
            assert_eq!(row(text, 3, 3), expected, "{text}");
        }
    }

    /// CloudWatch User Guide, second table: 2 out of 3, evaluation range 5.
    #[test]
    fn the_table_of_two_out_of_three_is_reproduced() {
        for (text, expected) in [
            ("0-X-X", "ALARM ALARM ALARM ALARM"),
            ("00X0X", "ALARM ALARM ALARM ALARM"),
            ("0-X--", "OK OK ALARM OK"),
            ("----0", "OK OK ALARM OK"),
            ("---X-", "ALARM keep ALARM OK"),
        ] {
            assert_eq!(row(text, 2, 3), expected, "{text}");
        }
    }

    /// The same tables as published in 2018 have three rows that the present ones leave out.
    #[test]
    fn the_rows_of_the_older_tables_are_reproduced() {
        assert_eq!(row("----X", 3, 3), "INSUFFICIENT keep ALARM OK");
        assert_eq!(row("X----", 3, 3), "ALARM keep ALARM OK");
        assert_eq!(row("----X", 2, 3), "INSUFFICIENT keep ALARM OK");
    }

    /// CloudWatch User Guide, "Avoiding premature transitions to alarm state", 3 out of 3: a breaching point is given
    /// time for data that does not breach (`---X0`, `--X-0`), and no more time than that.
    #[test]
    fn an_alarm_is_premature_until_the_oldest_breach_is_m_periods_old() {
        let treated_as_missing =
            |text: &str| evaluate(&points(text), 3, 3, Missing::Missing, State::Ok);
        for waits in ["----X", "---X-", "---XX"] {
            assert_eq!(treated_as_missing(waits), State::InsufficientData, "{waits}");
        }
        for spared in ["---X0", "--X-0", "0-X--", "-0X--"] {
            assert_eq!(treated_as_missing(spared), State::Ok, "{spared}");
        }
        for alarms in ["--X--", "-X---", "X----", "--X-X", "--XX-"] {
            assert_eq!(treated_as_missing(alarms), State::Alarm, "{alarms}");
        }
    }

    #[test]
    fn enough_real_breaches_need_no_filling() {
        assert_eq!(row("---XX", 2, 3), "ALARM ALARM ALARM ALARM");
        assert_eq!(row("----X", 1, 3), "ALARM ALARM ALARM ALARM");
        assert_eq!(row("X---0", 1, 3), "ALARM ALARM ALARM ALARM");
    }

    /// All 3^5 ranges, N = 1 to 5 and M = 1 to N: what has to hold for any alarm.
    #[test]
    fn what_holds_for_every_range_holds() {
        for code in 0..3usize.pow(5) {
            let text: String =
                (0..5).map(|place| ['0', 'X', '-'][code / 3usize.pow(place) % 3]).collect();
            let points = points(&text);
            let real: Vec<bool> = points.iter().filter_map(|point| *point).collect();
            for (n, m) in (1..=5).flat_map(|n| (1..=n).map(move |m| (n, m))) {
                let states =
                    |previous| TREATMENTS.map(|missing| evaluate(&points, m, n, missing, previous));
                let [missing, ignore, breaching, not_breaching] = states(State::Ok);
                // Real points in sufficient number leave nothing to the treatment, and count alone.
                if real.len() >= n {
                    let breaches = real.iter().rev().take(n).filter(|breaches| **breaches).count();
                    let expected = if breaches >= m { State::Alarm } else { State::Ok };
                    assert_eq!(
                        [missing, ignore, breaching, not_breaching],
                        [expected; 4],
                        "{text}, {m} of {n}"
                    );
                }
                // Taken for good, missing data alarms only where every treatment does; taken for bad, wherever any does.
                assert!(
                    not_breaching == State::Ok || [missing, ignore, breaching] == [State::Alarm; 3],
                    "{text}, {m} of {n}"
                );
                assert!(
                    breaching == State::Alarm || [missing, ignore] == [State::Ok; 2],
                    "{text}, {m} of {n}"
                );
                // Without data, and only where no real point says that all is well, the state may be unknown or kept.
                assert!(
                    missing != State::InsufficientData || !real.contains(&false),
                    "{text}, {m} of {n}"
                );
                assert!(
                    states(State::Alarm)[1] == ignore || !real.contains(&false),
                    "{text}, {m} of {n}"
                );
            }
        }
    }

    #[test]
    fn a_range_shorter_than_n_is_missing_the_rest() {
        assert_eq!(row("", 2, 3), row("-----", 2, 3));
        assert_eq!(row("X", 3, 3), row("----X", 3, 3));
    }

    #[test]
    #[should_panic(expected = "1 to N")]
    fn more_datapoints_than_periods_are_a_mistake_of_ours() {
        evaluate(&points("XXX"), 4, 3, Missing::Missing, State::Ok);
    }

    /// Route 53 API reference, `InsufficientDataHealthStatus`.
    #[test]
    fn insufficient_data_is_health_as_configured() {
        for last in [true, false] {
            for insufficient in
                [DataForHealth::Healthy, DataForHealth::Unhealthy, DataForHealth::LastKnown]
            {
                assert!(health(State::Ok, insufficient, last));
                assert!(!health(State::Alarm, insufficient, last));
            }
            assert!(health(State::InsufficientData, DataForHealth::Healthy, last));
            assert!(!health(State::InsufficientData, DataForHealth::Unhealthy, last));
            assert_eq!(health(State::InsufficientData, DataForHealth::LastKnown, last), last);
        }
        assert!(
            health(State::InsufficientData, DataForHealth::LastKnown, NEW_CHECK_IS_HEALTHY),
            "a new check is healthy"
        );
    }
}
