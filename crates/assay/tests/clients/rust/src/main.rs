//! Calls the service by the stock AWS SDK for Rust, and holds the answers to what they have to be. It ends well when all of them
//! are.

mod account;
mod findings;
mod scan;
mod service;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    findings::are_assessed().await;
    findings::come_in_pages().await;
    findings::are_whole().await;
    findings::are_summed_up().await;
    findings::stay_in_their_region().await;
    account::coverage_is_counted().await;
    account::filters_come_and_go().await;
    account::configuration_is_the_administrators().await;
    account::members_come_and_go().await;
    account::faults_have_types().await;
    scan::a_bill_is_scanned().await;
    println!("all is as it has to be");
}
