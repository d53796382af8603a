//! Which repositories of a registry are scanned, and when.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_service::{Service, store_fault};
use assay_store::{RegistryRule, RegistryScanType, RegistryScanning, ScanFrequency};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ecr::{
    images::{arn, named},
    invalid,
};

/// The most filters of a rule. Source: Amazon ECR user guide, "Amazon ECR service quotas".
const MOST_FILTERS: usize = 100;

/// The most characters of a filter.
const LONGEST_FILTER: usize = 256;

/// The most repositories that are asked for at once.
const MOST_REPOSITORIES: usize = 25;

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    scan_type: Option<RegistryScanType>,
    rules: Option<Vec<Rule>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    scan_frequency: ScanFrequency,
    repository_filters: Vec<Filter>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    filter: String,
    filter_type: FilterType,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum FilterType {
    Wildcard,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Names {
    repository_names: Vec<String>,
}

pub(super) async fn get(service: Arc<Service>, caller: Caller, _: Nothing) -> Result<Value, Fault> {
    let scope = service.scope(&caller).await?;
    let scanning = service
        .database
        .registry_scanning(scope)
        .await
        .map_err(store_fault)?;
    Ok(json!({
        "registryId": caller.principal.account,
        "scanningConfiguration": shape(&scanning),
    }))
}

pub(super) async fn put(service: Arc<Service>, caller: Caller, asked: Asked) -> Result<Value, Fault> {
    let scope = service.scope(&caller).await?;
    let before = service
        .database
        .registry_scanning(scope)
        .await
        .map_err(store_fault)?;
    let scan_type = asked.scan_type.unwrap_or(before.scan_type);
    let rules = match asked.rules {
        None => before.rules,
        Some(rules) => rules.into_iter().map(read).collect::<Result<_, Fault>>()?,
    };
    let scanning = RegistryScanning { scan_type, rules };
    check(&scanning)?;
    service
        .database
        .set_registry_scanning(scope, &scanning, service.now())
        .await
        .map_err(store_fault)?;
    service.wake.notify_one();
    Ok(json!({"registryScanningConfiguration": shape(&scanning)}))
}

pub(super) async fn of_repositories(
    service: Arc<Service>,
    caller: Caller,
    asked: Names,
) -> Result<Value, Fault> {
    if asked.repository_names.is_empty() || asked.repository_names.len() > MOST_REPOSITORIES {
        return Err(invalid(format!(
            "repositoryNames must have 1 to {MOST_REPOSITORIES} names"
        )));
    }
    let scope = service.scope(&caller).await?;
    let account = caller.principal.account.to_string();
    let scanning = service
        .database
        .registry_scanning(scope)
        .await
        .map_err(store_fault)?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in asked.repository_names {
        if named(&service, scope, &name).await?.is_none() {
            failures.push(json!({
                "repositoryName": name,
                "failureCode": "REPOSITORY_NOT_FOUND",
                "failureReason": "nothing was pushed to a repository of this name",
            }));
            continue;
        }
        let (frequency, filters) = scanning.of(&name);
        found.push(json!({
            "repositoryArn": arn(&caller.region, &account, &name),
            "repositoryName": name,
            "scanOnPush": frequency != ScanFrequency::Manual,
            "scanFrequency": frequency,
            "appliedScanFilters": filters.into_iter().map(filter).collect::<Vec<Filter>>(),
        }));
    }
    Ok(json!({"scanningConfigurations": found, "failures": failures}))
}

fn shape(scanning: &RegistryScanning) -> Value {
    let rules = scanning.rules.iter().map(|rule| Rule {
        scan_frequency: rule.frequency,
        repository_filters: rule.filters.iter().map(|text| filter(text)).collect(),
    });
    json!({"scanType": scanning.scan_type, "rules": rules.collect::<Vec<Rule>>()})
}

fn filter(text: &str) -> Filter {
    Filter {
        filter: text.to_owned(),
        filter_type: FilterType::Wildcard,
    }
}

fn read(rule: Rule) -> Result<RegistryRule, Fault> {
    let filters: Vec<String> = rule
        .repository_filters
        .into_iter()
        .map(|filter| filter.filter)
        .collect();
    if filters.is_empty() || filters.len() > MOST_FILTERS {
        return Err(invalid(format!(
            "rules: a rule must have 1 to {MOST_FILTERS} repositoryFilters"
        )));
    }
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/*".contains(&byte);
    let odd = filters
        .iter()
        .find(|filter| filter.is_empty() || filter.len() > LONGEST_FILTER || !filter.bytes().all(is_allowed));
    if let Some(odd) = odd {
        return Err(invalid(format!(
            "rules: the filter `{odd}` must be 1 to {LONGEST_FILTER} small letters, digits and ._-/*"
        )));
    }
    Ok(RegistryRule {
        frequency: rule.scan_frequency,
        filters,
    })
}

/// Refuses rules that do not go together.
fn check(scanning: &RegistryScanning) -> Result<(), Fault> {
    let count = |frequency| {
        let rules = scanning.rules.iter();
        rules.filter(|rule| rule.frequency == frequency).count()
    };
    let is_twice = [
        ScanFrequency::Continuous,
        ScanFrequency::OnPush,
        ScanFrequency::Manual,
    ]
    .into_iter()
    .any(|frequency| count(frequency) > 1);
    if is_twice {
        return Err(invalid("rules: there may be one rule of each scanFrequency"));
    }
    let odd = match scanning.scan_type {
        RegistryScanType::Basic => ScanFrequency::Continuous,
        RegistryScanType::Enhanced => ScanFrequency::Manual,
    };
    match count(odd) {
        0 => Ok(()),
        _ => Err(invalid(match scanning.scan_type {
            RegistryScanType::Basic => "rules: CONTINUOUS_SCAN needs the scanType ENHANCED",
            RegistryScanType::Enhanced => {
                "rules: with the scanType ENHANCED what no rule has is scanned manually; leave MANUAL out"
            }
        })),
    }
}
