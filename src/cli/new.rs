//! `mrsim new`: a commented scenario to start from.

use super::args::NewArgs;
use super::{Failure, Outcome};
use crate::problem::instead;
use std::io::Write;

/// A scenario to start from. The texts are valid scenarios: a test runs each through the reader.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    pub name: &'static str,
    pub summary: &'static str,
    pub text: &'static str,
}

/// All templates; the first is the default.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "failover",
        summary: "active-passive: everybody uses one region, a failover record sends them to a standby",
        text: include_str!("templates/failover.ron"),
    },
    Template {
        name: "latency",
        summary: "users at their nearest region: reads are local, writes go to one region",
        text: include_str!("templates/latency.ron"),
    },
    Template {
        name: "weighted",
        summary: "two active regions that share the users by weight, behind resolvers that keep answers too long",
        text: include_str!("templates/weighted.ron"),
    },
];

pub fn execute(args: &NewArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    if args.list {
        for template in TEMPLATES {
            writeln!(out, "{:<10} {}", template.name, template.summary)?;
        }
        return Ok(Outcome::Done);
    }
    let name = args.template.as_deref().unwrap_or(TEMPLATES[0].name);
    let Some(template) = TEMPLATES.iter().find(|template| template.name == name) else {
        let help = instead(name, TEMPLATES.iter().map(|template| template.name));
        return Err(Failure::Invalid(format!(
            "error: there is no template \"{name}\"\nhelp: {help}"
        )));
    };
    out.write_all(template.text.as_bytes())?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn every_template_is_a_valid_commented_scenario() {
        for template in TEMPLATES {
            assert!(template.text.starts_with("// "), "{} says what it is", template.name);
            assert!(template.text.lines().count() <= 90, "{} fits a page or two", template.name);
            let scenario = Scenario::parse(template.text)
                .unwrap_or_else(|problems| panic!("{}: {problems:#?}", template.name));
            assert!(scenario.objectives.rto.is_some(), "{} can be checked", template.name);
        }
    }
}
