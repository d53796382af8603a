//! What usage would cost.

use std::collections::BTreeMap;

use assay_api_model::{Enumeration, inspector2::UsageType};
use serde::Deserialize;
use thiserror::Error;

/// Prices in US dollars for each hour or scan, by type of usage. They are there to tell what the same would cost elsewhere:
/// Assay itself costs nothing.
///
/// Those that hold unless others are given are the list prices that AWS showed for Inspector in us-east-1; hours are those of
/// a month of 30 days.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices(BTreeMap<&'static str, f64>);

/// Why a table of prices is none.
#[derive(Debug, Error, PartialEq)]
pub enum PriceError {
    /// It is no table of numbers.
    #[error("{0}; write lines such as `EC2_INSTANCE_HOURS = 0.00174`, in US dollars for an hour or a scan")]
    Unreadable(String),
    /// A type of usage that there is not.
    #[error("`{0}` is no type of usage; there are {types}", types = UsageType::VALUES.join(", "))]
    UnknownType(String),
    /// A price that is none.
    #[error("the price of {0} must be a number from 0 on")]
    Price(&'static str),
}

impl Default for Prices {
    fn default() -> Prices {
        Prices(BTreeMap::from([
            (UsageType::Ec2InstanceHours.as_str(), 1.2528 / 720.0),
            (UsageType::Ec2AgentlessInstanceHours.as_str(), 1.7136 / 720.0),
            (UsageType::EcrInitialScan.as_str(), 0.09),
            (UsageType::EcrRescan.as_str(), 0.01),
            (UsageType::LambdaFunctionHours.as_str(), 0.30 / 720.0),
            (UsageType::LambdaFunctionCodeHours.as_str(), 0.60 / 720.0),
        ]))
    }
}

impl Prices {
    /// Reads a table in TOML; what it does not name costs what it costs by default.
    ///
    /// # Errors
    ///
    /// A text that is no such table.
    pub fn parse(text: &str) -> Result<Prices, PriceError> {
        #[derive(Deserialize)]
        struct Table(BTreeMap<String, f64>);
        let Table(given) = toml::from_str(text)
            .map_err(|error| PriceError::Unreadable(error.to_string().trim().to_owned()))?;
        let mut prices = Prices::default();
        for (kind, price) in given {
            let Ok(known) = UsageType::parse(&kind) else {
                return Err(PriceError::UnknownType(kind));
            };
            if !(price.is_finite() && price >= 0.0) {
                return Err(PriceError::Price(known.as_str()));
            }
            prices.0.insert(known.as_str(), price);
        }
        Ok(prices)
    }

    /// The price of an hour or a scan; 0 for what has none.
    pub fn of(&self, kind: &str) -> f64 {
        self.0.get(kind).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let prices = Prices::parse("EC2_INSTANCE_HOURS = 2\nECR_RESCAN = 0.5").unwrap();
        assert_eq!(
            [
                "EC2_INSTANCE_HOURS",
                "ECR_RESCAN",
                "ECR_INITIAL_SCAN",
                "EC2_AMI_HOURS"
            ]
            .map(|kind| prices.of(kind)),
            [2.0, 0.5, 0.09, 0.0]
        );
        for (text, wrong) in [
            ("EC2 = 1", "`EC2` is no type of usage"),
            (
                "ECR_RESCAN = -1",
                "the price of ECR_RESCAN must be a number from 0 on",
            ),
            (
                "ECR_RESCAN = nan",
                "the price of ECR_RESCAN must be a number from 0 on",
            ),
            ("ECR_RESCAN = 'much'", "invalid type"),
            ("[", "write lines such as"),
        ] {
            let error = Prices::parse(text).unwrap_err().to_string();
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }
}
