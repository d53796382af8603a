//! The HTTP shell of the service, around whatever handles its operations.
