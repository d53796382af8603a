//! How resources are scanned: what was set for an account, else by its delegated administrator, else by default.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_identity::Relation;

use crate::{
    fault::store_fault,
    render::time,
    service::Service,
    settings::{Read, Since, effective},
};

pub(super) async fn get(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetConfigurationRequest,
) -> Result<api::GetConfigurationResponse, Fault> {
    let account = account(&service, &caller, input.account_id).await?;
    let set = effective(&service, &caller, &account).await?;
    Ok(api::GetConfigurationResponse {
        ec2_configuration: Some(ec2(set.ec2)),
        ecr_configuration: Some(ecr(set.ecr)),
        ami_configuration: set.ami.map(ami),
    })
}

pub(super) async fn update(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateConfigurationRequest,
) -> Result<api::UpdateConfigurationResponse, Fault> {
    let account = account(&service, &caller, input.account_id.clone()).await?;
    let scope = service.scope_of(&account, &caller.region).await?;
    let (at, by) = (service.now(), caller.principal.account.to_string());
    let inherits = input.update_configuration_inheritance.as_ref();
    let is_of_machine_images = input.ami_configuration.is_some()
        || inherits.is_some_and(|inheritance| inheritance.ami_configuration.is_some());
    let read = Read::of(&service, scope).await?;
    let mut kept = read.settings.clone();
    if let Some(inheritance) = &input.update_configuration_inheritance {
        if account == caller.principal.account.to_string() {
            return Err(Fault::field(
                "updateConfigurationInheritance",
                "is for members of an organisation: name one in accountId",
            ));
        }
        let clashes = [
            (
                inheritance.ec2_configuration.is_some(),
                input.ec2_configuration.is_some(),
                "ec2Configuration",
            ),
            (
                inheritance.ecr_configuration.is_some(),
                input.ecr_configuration.is_some(),
                "ecrConfiguration",
            ),
            (
                inheritance.ami_configuration.is_some(),
                input.ami_configuration.is_some(),
                "amiConfiguration",
            ),
        ];
        if let Some((.., member)) = clashes.into_iter().find(|(inherits, sets, _)| *inherits && *sets) {
            return Err(Fault::field(
                format!("updateConfigurationInheritance.{member}"),
                format!("cannot go with {member}; leave one of both out"),
            ));
        }
        kept.ec2 = kept.ec2.filter(|_| inheritance.ec2_configuration.is_none());
        kept.ecr = kept.ecr.filter(|_| inheritance.ecr_configuration.is_none());
        kept.ami = kept.ami.filter(|_| inheritance.ami_configuration.is_none());
    }
    if let Some(setting) = input.ec2_configuration {
        kept.ec2 = Some(Since {
            at,
            by: by.clone(),
            setting,
        });
    }
    if let Some(setting) = input.ecr_configuration {
        kept.ecr = Some(Since {
            at,
            by: by.clone(),
            setting,
        });
    }
    if let Some(setting) = input.ami_configuration {
        kept.ami = Some(Since {
            at,
            by: by.clone(),
            setting,
        });
    }
    read.replace(&service, kept).await?;
    if is_of_machine_images {
        let cause = service.because_of_configuration(&account);
        let selected = service.database.select_machine_images(&cause).await;
        selected.map_err(store_fault)?;
    }
    service.wake.notify_one();
    Ok(api::UpdateConfigurationResponse {})
}

/// The account that a request is about: one's own, or a member of the delegated administrator's.
async fn account(service: &Service, caller: &Caller, asked: Option<String>) -> Result<String, Fault> {
    let own = caller.principal.account.to_string();
    let account = match asked {
        None => return Ok(own),
        Some(account) if account == own => return Ok(own),
        Some(account) => account,
    };
    if caller.principal.standing.relation != Relation::DelegatedAdministrator {
        return Err(Fault::AccessDenied(format!(
            "only a delegated administrator can ask for an account other than its own, which {account} is not"
        )));
    }
    match service.rules(caller, &account).await? {
        true => Ok(account),
        false => Err(Fault::AccessDenied(format!(
            "the account {account} is not a member of this delegated administrator"
        ))),
    }
}

/// Hosts are looked at by their agents at first.
fn ec2(set: Option<Since<api::Ec2Configuration>>) -> api::Ec2ConfigurationState {
    let scanner = set.as_ref().and_then(|set| {
        let activated = set.setting.activate_vm_scanner?;
        Some(api::VMScannerState {
            activated: Some(activated),
            activated_at: activated.then(|| EpochSeconds(time(set.at))),
            status: Some(api::VMScannerStatus::Success.into()),
        })
    });
    let mode = set.map_or(api::Ec2ScanMode::Ec2SsmAgentBased, |set| set.setting.scan_mode);
    api::Ec2ConfigurationState {
        scan_mode_state: Some(api::Ec2ScanModeState {
            scan_mode: Some(mode.into()),
            scan_mode_status: Some(api::Ec2ScanModeStatus::Success.into()),
        }),
        vm_scanner_state: scanner,
    }
}

/// Images are looked at for 90 days after they were pushed or pulled at first.
fn ecr(set: Option<Since<api::EcrConfiguration>>) -> api::EcrConfigurationState {
    let (at, set) = set.map_or((None, None), |set| (Some(set.at), Some(set.setting)));
    let pull_duration = set.as_ref().and_then(|set| set.pull_date_rescan_duration);
    let pull_mode = set.as_ref().and_then(|set| set.pull_date_rescan_mode);
    let duration = set.map_or(api::EcrRescanDuration::Days90, |set| set.rescan_duration);
    api::EcrConfigurationState {
        rescan_duration_state: Some(api::EcrRescanDurationState {
            pull_date_rescan_duration: Some(
                pull_duration
                    .unwrap_or(api::EcrPullDateRescanDuration::Days90)
                    .into(),
            ),
            pull_date_rescan_mode: Some(
                pull_mode
                    .unwrap_or(api::EcrPullDateRescanMode::LastPullDate)
                    .into(),
            ),
            rescan_duration: Some(duration.into()),
            status: Some(api::EcrRescanDurationStatus::Success.into()),
            updated_at: at.map(|at| EpochSeconds(time(at))),
        }),
    }
}

fn ami(set: Since<api::AmiConfiguration>) -> api::AmiConfigurationState {
    api::AmiConfigurationState {
        created_within: set.setting.created_within.map(Into::into),
        last_launched_within: set.setting.last_launched_within.map(Into::into),
        scan_mode_configuration: Some(set.setting.scan_mode_configuration),
        status: Some(api::AmiConfigurationStatus::Success.into()),
        updated_at: Some(EpochSeconds(time(set.at))),
    }
}
