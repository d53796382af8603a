import type { ScanStatusReason } from '@aws-sdk/client-inspector2';

/** How a reason of coverage stands: all well, on its way, not scanned and to be mended, or not scanned on purpose. */
export type Standing = 'well' | 'waiting' | 'to-mend' | 'on-purpose';

interface Reason {
  text: string;
  standing: Standing;
  /** What to do, where there is something to do. */
  remedy?: string;
}

/** Every reason of Inspector's API in words, with its remedy. */
const REASONS: Record<ScanStatusReason, Reason> = {
  SUCCESSFUL: { text: 'Scanned', standing: 'well' },
  PENDING_INITIAL_SCAN: { text: 'Waits for its first scan', standing: 'waiting' },
  PENDING_REVIVAL_SCAN: { text: 'Waits to be scanned again', standing: 'waiting' },
  SCAN_IN_PROGRESS: { text: 'Is being scanned', standing: 'waiting' },
  PENDING_DISABLE: { text: 'Scanning is being turned off', standing: 'waiting' },
  STALE_INVENTORY: {
    text: 'Nothing was heard of it for too long',
    standing: 'to-mend',
    remedy: 'See whether its agent runs and reaches the service: `journalctl -u assay-agent` on the host.',
  },
  NO_INVENTORY: {
    text: 'Nobody told what is in it',
    standing: 'to-mend',
    remedy: 'Push its inventory, or have a collector or an agent read it.',
  },
  UNMANAGED_EC2_INSTANCE: {
    text: 'No agent reports this host',
    standing: 'to-mend',
    remedy:
      'Enrol it: make a token with `assay admin create-enrolment-token`, and start `assay agent` on the host; or set the scan mode to hybrid, so that its disks are read.',
  },
  RESOURCE_UNMANAGED: {
    text: 'No agent reports this machine',
    standing: 'to-mend',
    remedy: 'Enrol it with an agent, or have its disks read.',
  },
  UNSUPPORTED_OS: {
    text: 'Its operating system is not known here',
    standing: 'to-mend',
    remedy:
      'docs/coverage.md lists the systems whose advisories are known; packages of languages in it are assessed.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    text: 'What is in the registry is no image',
    standing: 'on-purpose',
  },
  UNSUPPORTED_RUNTIME: {
    text: 'The function’s runtime is not known here',
    standing: 'to-mend',
    remedy: 'Its packages are assessed if it has a manifest of a known package manager.',
  },
  UNSUPPORTED_LANGUAGE: { text: 'Its language is not known here', standing: 'to-mend' },
  UNSUPPORTED_CONFIG_FILE: {
    text: 'A configuration file cannot be read',
    standing: 'to-mend',
    remedy: 'Its page says which and why.',
  },
  UNSUPPORTED_CODE_ARTIFACTS: {
    text: 'There is nothing in it that can be read',
    standing: 'to-mend',
    remedy: 'Lock files and manifests of packages are what is read.',
  },
  ACCESS_DENIED: {
    text: 'It may not be read',
    standing: 'to-mend',
    remedy: 'Give the collector or the connector’s role the permissions of docs/aws.md or docs/collector.md.',
  },
  ACCESS_DENIED_TO_ENCRYPTION_KEY: {
    text: 'The key that it is encrypted with may not be used',
    standing: 'to-mend',
    remedy: 'Allow the connector’s role `kms:Decrypt` on the key of the volume.',
  },
  AGENTLESS_INSTANCE_COLLECTION_TIME_LIMIT_EXCEEDED: {
    text: 'Reading its disks took too long',
    standing: 'to-mend',
    remedy: 'It is tried again within a day; an agent on the host needs no disks.',
  },
  AGENTLESS_INSTANCE_STORAGE_LIMIT_EXCEEDED: {
    text: 'Its disks are larger than allowed',
    standing: 'to-mend',
    remedy: 'Raise the limit of the collector, or enrol the host with an agent.',
  },
  DEEP_INSPECTION_COLLECTION_TIME_LIMIT_EXCEEDED: {
    text: 'Deep inspection took too long',
    standing: 'to-mend',
    remedy: 'Name fewer paths in the settings of deep inspection.',
  },
  DEEP_INSPECTION_DAILY_SSM_INVENTORY_LIMIT_EXCEEDED: {
    text: 'Systems Manager took no more inventories today',
    standing: 'to-mend',
    remedy: 'It is tried again tomorrow; an agent of Assay’s has no such limit.',
  },
  DEEP_INSPECTION_NO_INVENTORY: {
    text: 'Packages of languages were not told',
    standing: 'to-mend',
    remedy: 'See whether deep inspection is turned on, and what the agent says.',
  },
  DEEP_INSPECTION_PACKAGE_COLLECTION_LIMIT_EXCEEDED: {
    text: 'It has more packages than its agent tells of',
    standing: 'to-mend',
    remedy: 'An agent of Assay’s tells of all.',
  },
  EC2_INSTANCE_STOPPED: { text: 'The host is stopped', standing: 'on-purpose' },
  RESOURCE_STOPPED: { text: 'It is stopped', standing: 'on-purpose' },
  RESOURCE_TERMINATED: { text: 'It is gone', standing: 'on-purpose' },
  EXCLUDED_BY_TAG: {
    text: 'Excluded by a tag',
    standing: 'on-purpose',
    remedy: 'Take the tag `InspectorEc2Exclusion` or `InspectorExclusion` away to have it scanned.',
  },
  IMAGE_ARCHIVED: { text: 'The image is archived', standing: 'on-purpose' },
  IMAGE_SIZE_EXCEEDED: {
    text: 'The image is larger than allowed',
    standing: 'to-mend',
    remedy: 'Raise the limit of the collector.',
  },
  INTEGRATION_CONNECTION_LOST: {
    text: 'The connection to where it is was lost',
    standing: 'to-mend',
    remedy: 'See what the collector says, and whether its credentials still hold.',
  },
  INTERNAL_ERROR: {
    text: 'Scanning it failed',
    standing: 'to-mend',
    remedy: 'It is tried again; the log of the service says what failed.',
  },
  NO_RESOURCES_FOUND: { text: 'There is nothing in it', standing: 'on-purpose' },
  NO_SCAN_CONFIGURATION_ASSOCIATED: {
    text: 'No setting has it scanned',
    standing: 'on-purpose',
    remedy: 'The settings of scanning say which machine images are meant.',
  },
  SCAN_ELIGIBILITY_EXPIRED: {
    text: 'It was neither pushed nor used for so long that it is not watched any more',
    standing: 'on-purpose',
    remedy: 'Pulling it brings it back; the settings of scanning say how long images are watched.',
  },
  SCAN_FREQUENCY_MANUAL: {
    text: 'Its repository is scanned by hand only',
    standing: 'on-purpose',
    remedy: 'The scanning configuration of the registry says which repositories are watched.',
  },
  SCAN_FREQUENCY_SCAN_ON_PUSH: { text: 'Scanned once, when it is pushed', standing: 'well' },
};

/** A reason in words; one that a newer service has as it is. */
export function reasonOf(reason: string | undefined): Reason {
  const known = REASONS[reason as ScanStatusReason] as Reason | undefined;
  return known ?? { text: reason ?? 'Unknown', standing: 'to-mend' };
}
