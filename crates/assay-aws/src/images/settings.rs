//! The scanning settings of registries: those of the service follow those of ECR.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    call::{AwsError, ECR},
    estate::{Estate, Site},
};

/// What was put, by site.
#[derive(Default)]
pub(super) struct Settings(Mutex<BTreeMap<String, Value>>);

impl Settings {
    /// Puts what ECR has, where that changed. A registry with basic scanning says nothing of what is scanned all the time, and its
    /// settings are left.
    pub(super) fn follow(&self, estate: &Estate, site: &Site) -> Result<(), AwsError> {
        let answer = site
            .place
            .json(&ECR, "GetRegistryScanningConfiguration", &json!({}))?;
        let told = &answer["scanningConfiguration"];
        if told["scanType"] != "ENHANCED" {
            return Ok(());
        }
        let rules = match &told["rules"] {
            Value::Null => json!([]),
            rules => rules.clone(),
        };
        let settings = json!({ "scanType": "ENHANCED", "rules": rules });
        let is_known = |put: &BTreeMap<String, Value>| put.get(&site.name()) == Some(&settings);
        if is_known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        estate
            .administered(site)
            .json(&ECR, "PutRegistryScanningConfiguration", &settings)?;
        let mut put = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        put.insert(site.name(), settings);
        Ok(())
    }
}
