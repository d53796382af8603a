//! What the service was used for, what that would cost elsewhere, and for how long it would have been free.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_store::Usage;

use crate::{
    fault::store_fault,
    operations::page_size,
    render::time,
    resource::known,
    service::{Service, Visible},
};

const DAY: i64 = 86_400_000_000;

/// Days of usage that totals are over.
const TOTAL_DAYS: i64 = 30;

/// How long a type of scan is free after it was turned on for the first time, in days.
const TRIAL_DAYS: i64 = 15;

/// The most accounts that a page has.
const MOST_TOTALS: usize = 500;

/// Usage of each account over the last 30 days, with what 30 days of it cost.
pub(super) async fn totals(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListUsageTotalsRequest,
) -> Result<api::ListUsageTotalsResponse, Fault> {
    let after: Option<String> = caller.pages.position(input.next_token.as_deref())?;
    let mut visible = service.visible(&caller).await?;
    visible.sort_by(|a, b| a.account.cmp(&b.account));
    visible.retain(|visible| {
        let is_wanted = input
            .account_ids
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&visible.account));
        is_wanted && after.as_ref().is_none_or(|after| visible.account > *after)
    });
    let size = page_size(input.max_results, MOST_TOTALS);
    let next_token = caller
        .pages
        .cut(&mut visible, size, |last| last.account.clone())?;
    let today = service.now() / DAY;
    let scopes: Vec<_> = visible.iter().map(|visible| visible.scope).collect();
    let used = service
        .database
        .usage(&scopes, today - TOTAL_DAYS + 1)
        .await
        .map_err(store_fault)?;
    let totals = visible.into_iter().map(|visible| {
        let of_account = used.iter().filter(|used| used.scope == visible.scope);
        let usage = of_account.map(|used| shown(&service, used, today)).collect();
        api::UsageTotal {
            account_id: Some(visible.account),
            usage: Some(usage),
        }
    });
    Ok(api::ListUsageTotalsResponse {
        next_token,
        totals: Some(totals.collect()),
    })
}

fn shown(service: &Service, used: &Usage, today: i64) -> api::Usage {
    // What began some days ago goes on as it was.
    let days = (today - used.since + 1).clamp(1, TOTAL_DAYS);
    #[allow(clippy::cast_precision_loss, reason = "a number of days up to 30")]
    let monthly = used.quantity * (TOTAL_DAYS as f64 / days as f64) * service.prices.of(&used.kind);
    api::Usage {
        cloud_provider: Some(api::CloudProvider::Aws.into()),
        currency: Some(api::Currency::Usd.into()),
        estimated_monthly_cost: Some(monthly),
        total: Some(used.quantity),
        r#type: Some(known(&used.kind)),
    }
}

/// The free trials of accounts: 15 days for each type of scan from when it was first turned on. Nothing here costs anything
/// afterwards either; it is told for whoever watches it.
pub(super) async fn free_trials(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetFreeTrialInfoRequest,
) -> Result<api::BatchGetFreeTrialInfoResponse, Fault> {
    let visible = service.visible(&caller).await?;
    let (mut accounts, mut failed) = (Vec::new(), Vec::new());
    for account_id in input.account_ids {
        match visible.iter().find(|visible| visible.account == account_id) {
            Some(visible) => {
                let free_trial_info = trials(&service, visible).await?;
                accounts.push(api::FreeTrialAccountInfo {
                    account_id,
                    free_trial_info,
                });
            }
            None => failed.push(api::FreeTrialInfoError {
                code: api::FreeTrialInfoErrorCode::AccessDenied.into(),
                message: "the account is none of yours".to_owned(),
                account_id,
            }),
        }
    }
    Ok(api::BatchGetFreeTrialInfoResponse {
        accounts,
        failed_accounts: failed,
    })
}

async fn trials(service: &Service, visible: &Visible) -> Result<Vec<api::FreeTrialInfo>, Fault> {
    let begun = service
        .database
        .first_activations(visible.scope)
        .await
        .map_err(store_fault)?;
    let now = service.now();
    let trials = begun.into_iter().map(|(scan_type, start)| {
        let end = start + TRIAL_DAYS * DAY;
        let status = match now < end {
            true => api::FreeTrialStatus::Active,
            false => api::FreeTrialStatus::Inactive,
        };
        api::FreeTrialInfo {
            cloud_provider: Some(api::CloudProvider::Aws.into()),
            end: EpochSeconds(time(end)),
            start: EpochSeconds(time(start)),
            status: status.into(),
            r#type: known(&scan_type),
        }
    });
    Ok(trials.collect())
}
