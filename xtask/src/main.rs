//! Development tasks: `cargo xtask bench …`.

fn main() -> anyhow::Result<()> {
    anyhow::bail!("no task of that name")
}
