// Made of the service’s description of its routes by `npm run generate URL`; a test holds it to that.
export interface paths {
  '/accounts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The accounts that can be seen from this one, with their names
     * @description The account itself, and of an organisation that it administers those that it rules.
     */
    get: operations['ListAccounts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/agents': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Enrol the agent of a host
     * @description Makes a user that has the host's id for a name and may tell of this host only, with a key.
     */
    post: operations['EnrolAgent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/agents/key': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have another key in place of those before
     * @description The key that the call was signed with stays valid until the next rotation.
     */
    post: operations['RotateAgentKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/agents/settings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What agents of this account are to do */
    get: operations['GetAgentSettings'];
    /**
     * Set what agents of this account are to do
     * @description And those of members of the organisation that the account is in charge of, where nothing else is set for them. Agents ask
     *     for it with every report, so that what is set holds after the interval that held before. Whether and where they inspect
     *     deeply, `UpdateEc2DeepInspectionConfiguration` of Inspector's API sets.
     */
    put: operations['SetAgentSettings'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/backup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Back the service up
     * @description All of the service, of every account, as it is at one moment, in a file on its own machine that only its owner may read; the
     *     master key is in it. Only the account that the service was first started with may. The latest seven are kept. Not where
     *     findings are in PostgreSQL, which has tools of its own.
     */
    post: operations['BackUp'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/calls': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The log of calls of this account
     * @description Every call of this account in every region, whatever came of it. Calls are kept for 90 days; the files of the service have
     *     them for longer.
     */
    get: operations['ListCalls'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/changes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Changes of findings after a number */
    get: operations['ListChanges'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/changes/mark': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether any finding changed */
    get: operations['GetChangeMark'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Tell which images run in a cluster
     * @description It is all that runs there: what is left out runs no more. Idempotent. What nobody told of for 36 hours counts no more. Nodes
     *     with an agent that say which cluster they are of are not counted besides.
     */
    post: operations['TellCluster'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/explain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Why there is a finding
     * @description Which package, which version, which range of which record; who says what, and whose word is the severity; what fixes it;
     *     which rule suppresses it; where the package was seen.
     */
    get: operations['ExplainFinding'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/explain/resource': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Why a resource has a vulnerability, or why it has not
     * @description Not installed, a version outside of the range, a vendor who says that it is not affected, or nobody looked: each has its
     *     verdict.
     */
    get: operations['ExplainResource'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/filters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Suppression rules with their terms */
    get: operations['ListSuppressionRules'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/filters/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * What a suppression rule would suppress
     * @description Nothing is changed. It is counted up to 100,000 findings.
     */
    post: operations['PreviewSuppression'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/filters/terms': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A filter with its terms */
    get: operations['GetFilterTerms'];
    /**
     * Set the terms of a filter
     * @description What is left out is set to nothing: no owner, no end. It has effect at once on what is open.
     */
    put: operations['SetFilterTerms'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/fixes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Upgrades, with the findings that each ends
     * @description Packages that advisories speak of under one name, as those built from one source, are upgraded as one. A finding that
     *     only several upgrades together end is counted under none.
     */
    get: operations['ListFixes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happened to a finding */
    get: operations['GetFindingHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/images/pulls': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Tell that images were pulled
     * @description One that was not monitored any more, because nobody had pushed or pulled it for long, is assessed again. Idempotent; times
     *     only go forward, and those that are to come are taken for now.
     */
    post: operations['NotePulls'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/intelligence': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The intelligence of the service: where it comes from, how fresh it is, what it brought lately */
    get: operations['GetIntelligence'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/network': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The network of this account and region */
    get: operations['GetNetwork'];
    put?: never;
    /**
     * Describe the network of this account and region
     * @description It is all that there is, as the cloud describes it to whoever may read everything: VPCs, interfaces, security groups, routes,
     *     balancers. Idempotent: the same again, in whatever order, changes nothing.
     */
    post: operations['TellNetwork'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/report': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A report and the files that it has so far */
    get: operations['GetReport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/report/file': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A file of a report
     * @description Signed by its query, as Signature Version 4 has it, the address can be given to a browser.
     */
    get: operations['GetReportFile'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/reports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The reports and exports of this account and region
     * @description Those that were over more than 90 days ago are forgotten; their files stay where they are.
     */
    get: operations['ListReports'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resource': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A resource with its coverage */
    get: operations['GetResource'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resource/packages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The packages in a resource
     * @description They are those of the inventory that the findings are about, or where nothing was assessed yet, that was pushed.
     */
    get: operations['ListResourcePackages'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resource/sbom': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The bill of materials of a resource
     * @description It is as an export has it, with the vulnerabilities that are not closed. Signed by its query, as Signature Version 4 has it,
     *     the address can be given to a browser.
     */
    get: operations['GetResourceBill'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resource/state': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Tell that a resource runs, was stopped, or is no more
     * @description What was found in a stopped resource stays; of one that is no more it closes. One that runs again is assessed by the
     *     inventory that it had.
     */
    post: operations['ChangeResourceState'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The resources of this account and region */
    get: operations['ListResources'];
    put?: never;
    /**
     * Push a resource with its inventory
     * @description Idempotent: the same again changes nothing. What was acknowledged is kept and will be assessed. A host is told of by several,
     *     each of whom leaves out what it does not know: an agent what the host has, a connector its tags and where it is in the cloud.
     */
    post: operations['PushResource'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/resources/wanted': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The resources that are scanned and of which no inventory came yet
     * @description Whoever can read what they have is to push it. Those of which was told that it could not be read are not among them.
     */
    get: operations['ListWantedResources'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sbom-scans': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How many bills of materials were scanned by `ScanSbom`
     * @description In this account and region, day by day; the last 30 days unless others are asked for, at most 400. Those that were refused do
     *     not count.
     */
    get: operations['GetSbomScans'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/service-levels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Within how many days findings are to be fixed
     * @description Where nothing was set, 15 days for critical findings, 30 for high, 90 for medium and 180 for low ones.
     */
    get: operations['GetServiceLevels'];
    /**
     * Set within how many days findings are to be fixed
     * @description What holds is replaced as a whole. Trends are told by it, those of days past too.
     */
    put: operations['SetServiceLevels'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/session/end': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * End all sessions of whoever calls
     * @description Wherever they signed in they have to sign in again, and links to sign in with that were made before are void. Their access
     *     keys stay, and so do sessions of others.
     */
    post: operations['EndSessions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/session/renewal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have other temporary credentials in place of those that the call is signed with
     * @description For who signed in at `POST /session`: they are good for an hour, and at the latest until twelve hours after the password or
     *     code was given. Those that the call is signed with stay good until their end.
     */
    post: operations['RenewSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/trends': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How findings went, day by day
     * @description Of this account and, for a delegated administrator, its members. At most the last 400 days of what is asked for, from 1970
     *     on; at least the last one. A finding that came back within a week
     *     counts as reopened and goes on from when it first came.
     */
    get: operations['GetTrends'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/user': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Set the role and the status of a user
     * @description It has effect at once. The last active administrator of an account stays one.
     */
    put: operations['SetUser'];
    post?: never;
    /**
     * Forget the agent of a host
     * @description Its keys are gone with it. Other users are not deleted but turned off, since what they did is told under their names.
     */
    delete: operations['ForgetHostAgent'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/user/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Set the password of a user
     * @description Their sessions are over then.
     */
    put: operations['SetUserPassword'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The users of this account
     * @description Without a role, people and programs; agents of hosts, of which there may be thousands, are listed by their role, `host`.
     *     Secrets are never told again.
     */
    get: operations['ListUsers'];
    put?: never;
    /** Make a user */
    post: operations['CreateUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/users/key': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Turn an access key on or off
     * @description It has effect at once. The key that the call is signed with stays on.
     */
    put: operations['SetUserKey'];
    post?: never;
    /**
     * Delete an access key
     * @description It has effect at once. The key that the call is signed with stays.
     */
    delete: operations['DeleteUserKey'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/users/keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make an access key for a user
     * @description One beside those that they have, twenty at most.
     */
    post: operations['CreateUserKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description An access key, without its secret. */
    AccessKey: {
      /** @description Its id. */
      accessKeyId: string;
      /**
       * Format: date-time
       * @description When it was made.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description From when on it is not good any more; null for never.
       */
      endsAt?: string | null;
      /** @enum {string} */
      status: 'ACTIVE' | 'INACTIVE';
      /** @description Whose it is. */
      user: string;
    };
    /** @description Accounts, in order of their ids. */
    Accounts: {
      accounts: components['schemas']['NamedAccount'][];
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
    };
    /** @description A key of an agent. It is told this once. */
    AgentKey: {
      /** @description The id of the key. */
      accessKeyId: string;
      /** @description The account that the host belongs to. */
      accountId: string;
      /** @description The host's id. */
      hostId: string;
      /** @description The region. */
      region: string;
      /** @description Its secret. */
      secretAccessKey: string;
    };
    /** @description What an agent is to do. */
    AgentSettings: {
      deepInspection: components['schemas']['DeepInspection'];
      /**
       * Format: int32
       * @description How many seconds pass between two reports where no change makes the agent report at once, and its host says nothing else.
       *     What changes beside package databases, containers and named directories is found up to this much later.
       */
      reportEverySeconds: number;
    };
    /** @description Calls, the latest first. */
    Calls: {
      /** @description Records in the form that CloudTrail has (version 1.11). */
      Records: {
        [key: string]: unknown;
      }[];
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
    };
    /** @description Changes in order. */
    Changes: {
      changes: components['schemas']['ToldChange'][];
      /**
       * Format: int64
       * @description The number of the last change here, to go on from; the number that was asked after where there is none.
       */
      lastSequence: number;
    };
    /** @description All that runs in a cluster. */
    Cluster: {
      /** @description The ARN of the cluster, or a name, which then is one of EKS in the account and region. */
      cluster: string;
      images: components['schemas']['InCluster'][];
    };
    ClusterInformation: {
      clusterArn: string;
      clusterDetails?:
        | {
            clusterMetadata: {
              awsEcsMetadataDetails?: {
                detailsGroup: string;
                taskDefinitionArn: string;
              };
              awsEksMetadataDetails?: {
                namespace?: string | null;
                workloadInfoList?:
                  | {
                      name: string;
                      type: string;
                    }[]
                  | null;
              };
            };
            lastInUse: number;
            runningUnitCount?: number | null;
            stoppedUnitCount?: number | null;
          }[]
        | null;
    };
    /** @description What came of it. */
    ClusterTaken: {
      /** @description The ARN of the cluster. */
      cluster: string;
      /** @description Whether anything is different now. */
      outcome: string;
    };
    /** @description A container that runs on a host. */
    Container: {
      /** @description Its id. */
      id: string;
      image: components['schemas']['RunImage'];
      /** @description Its name. */
      name?: string | null;
      pod?: components['schemas']['Pod'] | null;
      /** @description What runs it. */
      runtime: components['schemas']['Runtime'];
    };
    /** @description Findings of a severity. */
    CountOfSeverity: {
      /** Format: int64 */
      count: number;
      /** @enum {string} */
      severity: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
    };
    /** @description Whether a resource is scanned. */
    Coverage: {
      /** @description Why, as Inspector's `ScanStatusReason`. */
      reason: string;
      /** @description `ACTIVE` or `INACTIVE`. */
      statusCode: string;
    };
    /** @description What happened on a day. */
    Day: {
      /** @description By severity, the worst first. */
      bySeverity: components['schemas']['OfSeverity'][];
      /**
       * Format: date
       * @description The day, in UTC.
       */
      date: string;
    };
    /** @description Looking for packages that no package manager of the system knows. */
    DeepInspection: {
      /** @description Directories that the account and its administrator named; what changes in them is told at once. */
      packagePaths: string[];
      /** @description Whether to. */
      status: string;
    };
    /** @description An access key that is no more. */
    DeletedKey: {
      /** @description Its id. */
      accessKeyId: string;
      /** @description Whose it was. */
      user: string;
    };
    /** @description A resource as it is described. */
    Description: {
      clusters?: components['schemas']['ClusterInformation'][];
      details?: components['schemas']['ResourceDetails'];
      /** @description Its id, as Inspector's API has it. */
      id: string;
      indexDigests?: string[];
      /**
       * Format: int32
       * @description When a function was last invoked, or a time that it was not invoked since, in seconds since 1970. Where it is told, a function
       *     that was neither invoked nor changed for 90 days is not scanned any more.
       */
      invokedAt?: number | null;
      /**
       * Format: int32
       * @description When a machine image was last used to launch a host, in seconds since 1970.
       */
      launchedAt?: number | null;
      origin?: components['schemas']['Origin'] | null;
      /**
       * Format: int32
       * @description When an image was last pulled, in seconds since 1970; it never goes back.
       */
      pulledAt?: number | null;
      running?: components['schemas']['Running'] | null;
      scanMode?: components['schemas']['ScanMode'] | null;
      state?: components['schemas']['State'] | null;
      /** @description Its tags. Of a host the ones that are kept stay where they are left out; of others there are none then. */
      tags?: {
        [key: string]: string;
      } | null;
      /** @enum {string} */
      type:
        | 'host'
        | 'AWS_EC2_INSTANCE'
        | 'image'
        | 'AWS_ECR_CONTAINER_IMAGE'
        | 'function'
        | 'AWS_LAMBDA_FUNCTION'
        | 'repository'
        | 'CODE_REPOSITORY'
        | 'machine-image'
        | 'MACHINE_IMAGE';
    };
    Digest: string;
    /** @description A finding that a rule would suppress. */
    Example: {
      findingArn: string;
      /** @enum {string} */
      severity: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
      title: string;
    };
    /** @description Why a resource has a vulnerability, or why it has not. */
    Explanation: {
      /** @description The verdict for people. */
      because: string;
      finding?: components['schemas']['ToldFinding'] | null;
      /** @description The generation of the intelligence that was asked. */
      generation: string;
      /** @description The inventory that was asked; null where the resource has none. */
      inventory?: string | null;
      /** @description What could not be looked at, so that nobody takes silence for safety. */
      notAssessed: components['schemas']['NotAssessed'][];
      /** @description Packages of the resource that records about the vulnerability name. */
      packages: components['schemas']['ToldPackage'][];
      resource: components['schemas']['Named'];
      verdict: components['schemas']['Verdict'];
      vulnerability: components['schemas']['ToldVulnerability'];
    };
    /** @description A fault, as Inspector's operations have them; its name is in the header `x-amzn-errortype`. */
    Fault: {
      fields?: {
        message: string;
        name: string;
      }[];
      message: string;
      /** @enum {string} */
      reason?: 'CANNOT_PARSE' | 'FIELD_VALIDATION_FAILED' | 'OTHER';
      resourceId?: string;
      resourceType?: string;
    };
    /** @description A feed. */
    Feed: {
      /**
       * Format: int64
       * @description How long ago that is; null where it is not known.
       */
      ageSeconds?: number | null;
      /**
       * Format: int64
       * @description How many bytes were read.
       */
      bytes: number;
      /**
       * Format: date-time
       * @description When all of it was last known to be current; null where that is not known since this process started.
       */
      currentAt?: string | null;
      /** @description When its content is from, as the feed or its server says; null where neither does. */
      date?: string | null;
      /** @description Its name, as `osv/PyPI`. */
      name: string;
      /** @description Why an older copy stands in, or records were passed over. */
      problems: string[];
      /**
       * Format: int64
       * @description How many advisories, or other records, it has.
       */
      records: number;
      status?: components['schemas']['FeedStanding'] | null;
    };
    /**
     * @description How a feed fared.
     * @enum {string}
     */
    FeedStanding: 'CURRENT' | 'STALE' | 'FAILED';
    /** @description A file of a report. */
    File: {
      /** @description Its key in the bucket. */
      name: string;
      /**
       * Format: int64
       * @description Its size in bytes.
       */
      size: number;
    };
    FilterCriteria: {
      awsAccountId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudImageArchitecture?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudImageDigest?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudImageInUseCount?:
        | {
            lowerInclusive?: number | null;
            upperInclusive?: number | null;
          }[]
        | null;
      cloudImageLastInUseAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      cloudImagePushedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      cloudImageRegistry?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudImageRepositoryName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudImageTags?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudProvider?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudProviderAccountId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudProviderOrgId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudProviderRegion?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudServerlessFunctionExecutionRole?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudServerlessFunctionLastModifiedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      cloudServerlessFunctionName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudServerlessFunctionRuntime?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudVmImageReference?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudVmNetworkId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      cloudVmSubnetIds?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      codeRepositoryProjectName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      codeRepositoryProviderType?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      codeVulnerabilityDetectorName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      codeVulnerabilityDetectorTags?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      codeVulnerabilityFilePath?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      componentId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      componentType?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ec2InstanceImageId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ec2InstanceSubnetId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ec2InstanceVpcId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ecrImageArchitecture?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ecrImageHash?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ecrImageInUseCount?:
        | {
            lowerInclusive?: number | null;
            upperInclusive?: number | null;
          }[]
        | null;
      ecrImageLastInUseAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      ecrImagePushedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      ecrImageRegistry?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ecrImageRepositoryName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      ecrImageTags?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      epssScore?:
        | {
            lowerInclusive?: number | null;
            upperInclusive?: number | null;
          }[]
        | null;
      exploitAvailable?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      findingArn?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      findingStatus?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      findingType?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      firstObservedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      fixAvailable?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      inspectorScore?:
        | {
            lowerInclusive?: number | null;
            upperInclusive?: number | null;
          }[]
        | null;
      lambdaFunctionExecutionRoleArn?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      lambdaFunctionLastModifiedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      lambdaFunctionLayers?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      lambdaFunctionName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      lambdaFunctionRuntime?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      lastObservedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      machineImageId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      machineImageName?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      machineImageOwnerAccountId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      machineImagePlatform?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      networkProtocol?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      portRange?:
        | {
            beginInclusive?: number | null;
            endInclusive?: number | null;
          }[]
        | null;
      relatedVulnerabilities?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      resourceId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      resourceTags?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS';
            key: string;
            value?: string | null;
          }[]
        | null;
      resourceType?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      severity?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      title?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      updatedAt?:
        | {
            endInclusive?: number | null;
            startInclusive?: number | null;
          }[]
        | null;
      vendorSeverity?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      vulnerabilityId?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      vulnerabilitySource?:
        | {
            /** @enum {string} */
            comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
            value: string;
          }[]
        | null;
      vulnerablePackages?:
        | {
            architecture?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            epoch?: {
              lowerInclusive?: number | null;
              upperInclusive?: number | null;
            } | null;
            filePath?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            name?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            purlQualifier?: {
              /** @enum {string} */
              comparison: 'EQUALS';
              /** @enum {string} */
              key:
                | 'arch'
                | 'collector'
                | 'dev_dependency'
                | 'distro'
                | 'epoch'
                | 'go_toolchain'
                | 'hardened'
                | 'private'
                | 'rust_toolchain'
                | 'scope'
                | 'skip_chromium_download'
                | 'source'
                | 'stream'
                | 'transitive_dependency'
                | 'unresolved'
                | 'vendor';
              value?: string | null;
            } | null;
            release?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            runtimeReachability?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'NOT_EQUALS';
              /** @enum {string} */
              value: 'REACHABLE' | 'NOT_REACHABLE' | 'UNKNOWN';
            } | null;
            runtimeReachabilityReason?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'NOT_EQUALS';
              /** @enum {string} */
              value:
                | 'PACKAGE_IN_DOCKERFILE_WORKLOAD_PATH'
                | 'PACKAGE_NOT_IN_DOCKERFILE_WORKLOAD_PATH'
                | 'PROCESS_OBSERVED_IN_EC2_RUNTIME'
                | 'PROCESS_NOT_OBSERVED_IN_EC2_RUNTIME';
            } | null;
            sourceLambdaLayerArn?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            sourceLayerHash?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
            version?: {
              /** @enum {string} */
              comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
              value: string;
            } | null;
          }[]
        | null;
    };
    /** @description Findings by severity. */
    Findings: {
      /** Format: int64 */
      all: number;
      /** Format: int64 */
      critical: number;
      /** Format: int64 */
      high: number;
      /** Format: int64 */
      informational: number;
      /** Format: int64 */
      low: number;
      /** Format: int64 */
      medium: number;
      /** Format: int64 */
      untriaged: number;
    };
    /** @description An upgrade. */
    Fix: {
      /** @description Whose advisories tell of it, as OSV names ecosystems. */
      ecosystem: string;
      /** @description The active findings that it ends. */
      findings: components['schemas']['Findings'];
      /** @description What is installed. */
      installed: components['schemas']['Installed'][];
      /** @description What is upgraded, as these advisories name it: of most distributions the source package. */
      name: string;
      /**
       * Format: int64
       * @description The resources that have any of what is upgraded.
       */
      resources: number;
      /** @description The version that ends all of these findings. */
      version: string;
    };
    /** @description Upgrades, those first that end most. */
    Fixes: {
      fixes: components['schemas']['Fix'][];
      /** @description What they tell nothing of. */
      gaps: components['schemas']['Gaps'];
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
    };
    /** @description A user who is no more. */
    ForgottenUser: {
      /** @description The name. */
      name: string;
    };
    /** @description Resources that counts of findings tell nothing or too little of; coverage says why of each. */
    Gaps: {
      /**
       * Format: int64
       * @description Resources that are not assessed as a whole: not everything in them could be looked at, or not lately.
       */
      assessedInPart: number;
      /**
       * Format: int64
       * @description Resources of which nothing is assessed: nobody read them yet, or they are excluded, expired or turned off.
       */
      notAssessed: number;
    };
    /** @description What happened to one finding, in order. */
    History: {
      changes: components['schemas']['ToldChange'][];
    };
    /** @description That an image runs in a cluster. */
    InCluster: {
      /**
       * Format: int64
       * @description How many containers.
       */
      containers: number;
      image: components['schemas']['RunImage'];
      /** @description The namespace that it runs in. */
      namespace?: string;
      workload?: components['schemas']['Workload'] | null;
    };
    /** @description The generation that findings are held against. */
    InForce: {
      /** Format: int64 */
      advisories: number;
      /**
       * Format: date-time
       * @description When it was compiled.
       */
      builtAt: string;
      /**
       * Format: int64
       * @description How large its file is.
       */
      bytes: number;
      /** @description The digest of its content. */
      digest: string;
      /** @description Up to when it knows, as its newest feed tells. */
      knownUntil: string;
      /**
       * Format: int64
       * @description Packages that some advisory names.
       */
      packages: number;
      /** Format: int64 */
      vulnerabilities: number;
    };
    /** @description A package in one of the versions that are installed. */
    Installed: {
      name: string;
      version: string;
    };
    /** @description A package in a resource. */
    InstalledPackage: {
      /**
       * Format: int64
       * @description The active findings that are about it.
       */
      activeFindings: number;
      /** @description The name as its ecosystem's users write it. */
      name: string;
      /** @description The package of the operating system whose files these are; null where there is none. */
      owner?: string | null;
      /** @description Inspector's `packageManager`; null where it has no word for it. */
      packageManager?: string | null;
      /** @description Where it was seen, fifty places at most. */
      paths: string[];
      /** @description Its package URL. */
      purl: string;
      /** @description The version; null where nobody knows it. */
      version?: string | null;
    };
    /** @description A generation of the intelligence that is or was in force. */
    IntelligenceGeneration: {
      /**
       * Format: date-time
       * @description Since when all findings are up to it; null until then.
       */
      appliedAt?: string | null;
      /**
       * Format: int64
       * @description Those that closed by it.
       */
      closed: number;
      /** @description The digest of its content. */
      digest: string;
      news?: components['schemas']['IntelligenceNews'] | null;
      /**
       * Format: int64
       * @description Findings of this account, and of a delegated administrator's members, that came or came back by it.
       */
      opened: number;
      /**
       * Format: date-time
       * @description Since when it is in force.
       */
      takenAt: string;
    };
    /** @description What a generation brought. */
    IntelligenceNews: {
      /**
       * Format: int64
       * @description Advisories that were not there before.
       */
      added: number;
      /**
       * Format: int64
       * @description Advisories that say something else of a package.
       */
      changed: number;
      /** @description Others that are told of otherwise than before. */
      changedVulnerabilities: string[];
      /** @description Vulnerabilities that were not known before: with those below at most a hundred, known to be exploited first. */
      newVulnerabilities: string[];
      /**
       * Format: int64
       * @description Advisories that are there no more.
       */
      removed: number;
    };
    /** @description Whether an access key is good. */
    KeyStanding: {
      /** @enum {string} */
      status: 'ACTIVE' | 'INACTIVE';
    };
    /**
     * @description What a report is.
     * @enum {string}
     */
    Kind: 'FINDINGS' | 'BILLS_OF_MATERIALS';
    /** @description What is known of one kind of thing in a network. */
    KnownKind: {
      /**
       * Format: int64
       * @description How many there are; null where none were described yet.
       */
      count?: number | null;
      /** @description The digest of what they are: the same ones have the same. */
      digest?: string | null;
      /** @description The name of its list in the answers of EC2 and Elastic Load Balancing. */
      kind: string;
      /**
       * Format: date-time
       * @description When somebody last looked, whether it could be read or not.
       */
      lookedAt?: string | null;
      /** @description Why it could not be read then, or not all of it: what there is, is as it was described before. Null where it could. */
      problem?: string | null;
      /**
       * Format: date-time
       * @description When they were described so; null for never.
       */
      toldAt?: string | null;
    };
    /** @description What is known of the network of an account in a region. */
    KnownNetwork: {
      /** @description Each kind that somebody told of, there or not. Of others nothing is known. */
      kinds: components['schemas']['KnownKind'][];
      /**
       * @description All things of the kind that was asked for, as they were described, in no order of theirs; null without one, or where
       *     nothing is known of it.
       */
      objects?: Record<string, never>[] | null;
    };
    /** @description A resource in a list. */
    Listed: {
      /**
       * Format: date-time
       * @description When it was last told of or changed.
       */
      changedAt: string;
      /**
       * Format: date-time
       * @description When it was first heard of.
       */
      firstSeenAt: string;
      /** @description The id, as Inspector's API has it. */
      id: string;
      /**
       * Format: date-time
       * @description When its last inventory came; null for none yet.
       */
      inventoryAt?: string | null;
      /** @description What the service takes it for. */
      state: string;
      /** @description The type, as Inspector's API has it. */
      type: string;
    };
    /** @description A socket that waits for whoever comes. */
    Listener: {
      /** @description An address of version 4 or 6 */
      address: string;
      /**
       * Format: int32
       * @description The port.
       */
      port: number;
      /** @description The program; left out where nobody may see whose socket it is. */
      program?: string | null;
      /** @description `tcp` or `udp`. */
      protocol: components['schemas']['Protocol'];
    };
    /**
     * @description What came of a look for new intelligence.
     * @enum {string}
     */
    LookOutcome: 'TAKEN' | 'FAILED' | 'REFUSED';
    /** @description A backup that was made. */
    Made: {
      /** @description The name of the file, in the folder `backups` of the service's directory. */
      name: string;
      /**
       * Format: int64
       * @description How many bytes it has.
       */
      size: number;
    };
    /** @description An access key with its secret, which is told this once. */
    MadeKey: {
      /** @description Its id. */
      accessKeyId: string;
      /** @description Its secret. */
      secretAccessKey: string;
    };
    /** @description A user who was made. */
    MadeUser: {
      accessKey?: components['schemas']['MadeKey'] | null;
      user: components['schemas']['User'];
    };
    /** @description A mark. */
    Mark: {
      /**
       * Format: int64
       * @description A number that grows with every change of a finding that the caller may see.
       */
      mark: number;
    };
    /** @description Which resource it is. */
    Named: {
      /** @description The account. */
      accountId: string;
      /** @description The id, as Inspector's API has it. */
      id: string;
      /** @description The region. */
      region: string;
      /** @description The type, as Inspector's API has it. */
      type: string;
    };
    /** @description An account. */
    NamedAccount: {
      /** @description Its 12 digits. */
      id: string;
      /** @description What people call it; empty where nobody gave it a name. */
      name: string;
    };
    /** @description The network of the account and region. */
    Network: {
      /**
       * Format: int32
       * @description When it was so, in seconds since 1970; now where that is left out, or is still to come. What was described later stays.
       */
      at?: number | null;
      described: {
        ClassicLoadBalancers?: Record<string, never>[];
        EgressOnlyInternetGateways?: Record<string, never>[];
        Instances?: Record<string, never>[];
        InternetGateways?: Record<string, never>[];
        Listeners?: Record<string, never>[];
        LoadBalancers?: Record<string, never>[];
        ManagedPrefixLists?: Record<string, never>[];
        NatGateways?: Record<string, never>[];
        NetworkAcls?: Record<string, never>[];
        NetworkInterfaces?: Record<string, never>[];
        PrefixListEntries?: Record<string, never>[];
        RouteTables?: Record<string, never>[];
        Rules?: Record<string, never>[];
        SecurityGroups?: Record<string, never>[];
        Subnets?: Record<string, never>[];
        TargetGroups?: Record<string, never>[];
        TargetHealth?: Record<string, never>[];
        TransitGatewayAttachments?: Record<string, never>[];
        TransitGatewayRouteTables?: Record<string, never>[];
        TransitGatewayRoutes?: Record<string, never>[];
        TransitGateways?: Record<string, never>[];
        VpcEndpoints?: Record<string, never>[];
        VpcPeeringConnections?: Record<string, never>[];
        Vpcs?: Record<string, never>[];
        VpnGateways?: Record<string, never>[];
      };
      unreadable?: {
        ClassicLoadBalancers?: string;
        EgressOnlyInternetGateways?: string;
        Instances?: string;
        InternetGateways?: string;
        Listeners?: string;
        LoadBalancers?: string;
        ManagedPrefixLists?: string;
        NatGateways?: string;
        NetworkAcls?: string;
        NetworkInterfaces?: string;
        PrefixListEntries?: string;
        RouteTables?: string;
        Rules?: string;
        SecurityGroups?: string;
        Subnets?: string;
        TargetGroups?: string;
        TargetHealth?: string;
        TransitGatewayAttachments?: string;
        TransitGatewayRouteTables?: string;
        TransitGatewayRoutes?: string;
        TransitGateways?: string;
        VpcEndpoints?: string;
        VpcPeeringConnections?: string;
        Vpcs?: string;
        VpnGateways?: string;
      };
    };
    /** @description What came of it. */
    NetworkTaken: {
      /** @description Whether anything is different now. */
      outcome: string;
    };
    /** @description A host that is to have an agent. */
    NewAgent: {
      /** @description The host's id, as its resource has it: the agent may tell of this host only. */
      hostId: string;
    };
    /** @description What agents are to do from their next report on. */
    NewAgentSettings: {
      /**
       * Format: int64
       * @description How many seconds pass between two reports; 1800 where nobody set it. More delays findings.
       */
      reportEverySeconds: number;
    };
    /** @description An access key to make. */
    NewKey: {
      /**
       * Format: date-time
       * @description From when on it is not good any more; null for never. Keys that hosts are enrolled with should have an end.
       */
      endsAt?: string | null;
      /** @description Whose it is. */
      user: string;
    };
    /** @description A password. */
    NewPassword: {
      /** @description The password. */
      password: string;
    };
    /** @description A resource and what it does now. */
    NewState: {
      /** @description The id of a resource, as Inspector's API has it. */
      id: string;
      state: components['schemas']['State'];
      /** @enum {string} */
      type?:
        | 'AWS_EC2_INSTANCE'
        | 'AWS_ECR_CONTAINER_IMAGE'
        | 'AWS_LAMBDA_FUNCTION'
        | 'CODE_REPOSITORY'
        | 'MACHINE_IMAGE';
    };
    /** @description A user to make. */
    NewUser: {
      /** @description The name, one of a kind in the account. */
      name: string;
      /** @description The password that they may sign in with; null for none. */
      password?: string | null;
      /** @enum {string} */
      role: 'administrator' | 'auditor' | 'agent' | 'host' | 'enroller';
      /** @description Whether they get an access key, whose secret is answered. */
      withAccessKey?: boolean;
    };
    /** @description Something that could not be looked at. */
    NotAssessed: {
      /** @description A stable code, such as `limit-reached`. */
      code: string;
      /** @description For people. */
      message: string;
      /** @description Where; null where it is about the whole. */
      path?: string | null;
    };
    /**
     * @description Inspector's `ScanStatusReason`, as far as it is about what cannot be read.
     * @enum {string}
     */
    NotReadReason:
      | 'ACCESS_DENIED'
      | 'ACCESS_DENIED_TO_ENCRYPTION_KEY'
      | 'AGENTLESS_INSTANCE_COLLECTION_TIME_LIMIT_EXCEEDED'
      | 'AGENTLESS_INSTANCE_STORAGE_LIMIT_EXCEEDED'
      | 'EXTRACTION_COLLECTION_TIME_LIMIT_EXCEEDED'
      | 'IMAGE_ARCHIVED'
      | 'IMAGE_SIZE_EXCEEDED'
      | 'INTEGRATION_CONNECTION_LOST'
      | 'INTERNAL_ERROR'
      | 'INVALID_ARTIFACT'
      | 'NO_INVENTORY'
      | 'NO_RESOURCES_FOUND'
      | 'RESOURCE_UNMANAGED'
      | 'STORAGE_LIMIT_EXCEEDED'
      | 'UNMANAGED_EC2_INSTANCE'
      | 'UNSUPPORTED_CODE_ARTIFACTS'
      | 'UNSUPPORTED_CONFIG_FILE'
      | 'UNSUPPORTED_LANGUAGE'
      | 'UNSUPPORTED_MEDIA_TYPE'
      | 'UNSUPPORTED_OS'
      | 'UNSUPPORTED_RUNTIME';
    /** @description What came of it. */
    Noted: {
      /**
       * Format: int64
       * @description How many images of the account and region these were.
       */
      images: number;
    };
    /** @description What happened to findings of a severity on a day. */
    OfSeverity: {
      /**
       * Format: int64
       * @description Findings that were active at the end of the day.
       */
      active: number;
      /**
       * Format: int64
       * @description Findings whose time to be fixed was over on this day.
       */
      breached: number;
      /**
       * Format: int64
       * @description Findings that closed, for whatever reason.
       */
      closed: number;
      /**
       * Format: int64
       * @description Active findings of which a package was fixed or taken away.
       */
      fixed: number;
      /**
       * Format: int64
       * @description Findings that were active at the end of the day beyond their time.
       */
      inBreach: number;
      /**
       * Format: int64
       * @description How long these had been there on the average; null where there are none.
       */
      meanSecondsToFix?: number | null;
      /**
       * Format: int64
       * @description Findings that came.
       */
      opened: number;
      /**
       * Format: int64
       * @description Findings that came back within a week, under their old name.
       */
      reopened: number;
      /** @enum {string} */
      severity: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
    };
    /**
     * @description How a machine image came to be.
     * @enum {string}
     */
    Origin: 'copied' | 'backup';
    /** @description A program that runs what is no more installed. */
    Outdated: {
      /** @description Files that it runs and that are gone. The first fifty are kept. */
      files: string[];
      /** @description The program. */
      program: string;
    };
    /** @description Packages, in order of their names. */
    Packages: {
      /** @description The digest of the inventory that has them; null where nobody told yet what is in the resource. */
      inventory?: string | null;
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      packages: components['schemas']['InstalledPackage'][];
      /** @description How many there are in all. */
      total: number;
    };
    /** @description A pod of Kubernetes. */
    Pod: {
      /** @description Its name. */
      name: string;
      /** @description The namespace that it is in. */
      namespace: string;
      workload: components['schemas']['Workload'];
    };
    /** @description What a rule would suppress. */
    Previewed: {
      /** @description The same by severity, the worst first. */
      bySeverity: components['schemas']['CountOfSeverity'][];
      /**
       * Format: int64
       * @description Active findings that it would suppress.
       */
      count: number;
      /** @description The worst of them. */
      examples: components['schemas']['Example'][];
      /** @description Whether these are all; false where there are more than are counted. */
      isComplete: boolean;
    };
    /** @description Why whoever tells of a resource could not read what it has. */
    Problem: {
      /** @description What happened, for people. The first thousand characters are kept. */
      message?: string;
      reason: components['schemas']['NotReadReason'];
    };
    /** @description A rule that is thought of. */
    ProposedRule: {
      filterCriteria: components['schemas']['FilterCriteria'];
      /** @description Whether it would hold a finding only while no version fixes it. */
      untilFixed?: boolean;
    };
    /** @enum {string} */
    Protocol: 'tcp' | 'udp';
    /** @description That somebody pulled an image. */
    Pull: {
      /** @description The digest of the image, or of an index that it is part of. */
      digest: string;
      /**
       * Format: int32
       * @description When, in seconds since 1970.
       */
      pulledAt: number;
      /** @description The name of its repository; left out for every one that has it. */
      repository?: string | null;
    };
    /** @description Images that were pulled. */
    Pulls: {
      pulls: components['schemas']['Pull'][];
    };
    /** @description A resource with what it has. */
    Push: {
      inventory?:
        | {
            /** @enum {string} */
            bomFormat: 'CycloneDX';
            components?: {
              name: string;
              purl?: string;
              type?: string;
              version?: string;
            }[];
            /** @enum {string} */
            specVersion: '1.2' | '1.3' | '1.4' | '1.5' | '1.6' | '1.7';
          }
        | {
            packages?: {
              SPDXID: string;
              name: string;
              versionInfo?: string;
            }[];
            /** @enum {string} */
            spdxVersion: 'SPDX-2.1' | 'SPDX-2.2' | 'SPDX-2.3';
          }
        | {
            artifact: Record<string, never>;
            packages: {
              purl: string;
            }[];
            /** @enum {string} */
            schema: 'assay.inventory/1' | 'assay.scan/1';
          }
        | {
            Items: {
              Content?: Record<string, never>[];
              TypeName: string;
            }[];
          }
        | {
            Content?: Record<string, never>[];
            Entries?: Record<string, never>[];
            TypeName: string;
          }[]
        | {
            name: string;
            snapshot: Record<string, never>[];
          }[]
        | {
            osquery: {
              [key: string]: Record<string, never>[];
            };
          }
        | {
            digest: string;
          }
        | {
            /** @description What `assay sbom` writes */
            added: {
              artifact: Record<string, never>;
              packages: {
                purl: string;
              }[];
              /** @enum {string} */
              schema: 'assay.inventory/1' | 'assay.scan/1';
            };
            base: string;
            digest: string;
            removed: string[];
          }
        | null;
      problem?: components['schemas']['Problem'] | null;
      resource: components['schemas']['Description'];
    };
    /** @description What came of a push. */
    Pushed: {
      coverage: components['schemas']['Coverage'];
      /** @description Whether its type of scan is turned on. */
      enabled: boolean;
      inventory?: components['schemas']['Taken'] | null;
      /** @description Whether there is anything to assess that was not there before. */
      outcome: string;
      resource: components['schemas']['Named'];
      /** @description Whether it is scanned and no inventory of it came yet: whoever can read what it has is to push it. */
      wanted: boolean;
    };
    /**
     * @description Why a rule is stale, in a word.
     * @enum {string}
     */
    Reason: 'EXPIRED' | 'UNMATCHED' | 'NEVER_MATCHED';
    /** @description A report. */
    Report: {
      /** @description The bucket that it goes to. */
      bucket: string;
      /**
       * Format: date-time
       * @description When it was ordered.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description When it was over; null until then.
       */
      endedAt?: string | null;
      /** @description Why it failed, as Inspector's API has it; null where it did not. */
      errorCode?: string | null;
      /** @description The same for people. */
      errorMessage?: string | null;
      /** @description `CSV`, `JSON`, `CYCLONEDX_1_4` or `SPDX_2_3`. */
      format: string;
      /** @description Its id. */
      id: string;
      kind: components['schemas']['Kind'];
      /** @description What it is at. */
      status: string;
      /**
       * Format: int64
       * @description Findings, or resources, that were written so far.
       */
      written: number;
    };
    /** @description A report with its files, in order of their names. */
    ReportWithFiles: {
      files: components['schemas']['File'][];
      /** @description Where to go on with the files; null at the end. */
      nextToken?: string | null;
      report: components['schemas']['Report'];
    };
    /** @description Reports, the latest first. */
    Reports: {
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      reports: components['schemas']['Report'][];
    };
    ResourceDetails: {
      awsEc2Instance?: {
        iamInstanceProfileArn?: string | null;
        imageId?: string | null;
        ipV4Addresses?: string[] | null;
        ipV6Addresses?: string[] | null;
        keyName?: string | null;
        launchedAt?: number | null;
        platform?: string | null;
        subnetId?: string | null;
        type?: string | null;
        vpcId?: string | null;
      } | null;
      awsEcrContainerImage?: {
        architecture?: string | null;
        author?: string | null;
        imageHash: string;
        imageTags?: string[] | null;
        inUseCount?: number | null;
        lastInUseAt?: number | null;
        platform?: string | null;
        pushedAt?: number | null;
        registry: string;
        repositoryName: string;
      } | null;
      awsLambdaFunction?: {
        architectures?: ('X86_64' | 'ARM64')[] | null;
        codeSha256: string;
        executionRoleArn: string;
        functionName: string;
        lastModifiedAt?: number | null;
        layers?: string[] | null;
        packageType?: ('IMAGE' | 'ZIP') | null;
        /** @enum {string} */
        runtime:
          | 'NODEJS'
          | 'NODEJS_12_X'
          | 'NODEJS_14_X'
          | 'NODEJS_16_X'
          | 'JAVA_8'
          | 'JAVA_8_AL2'
          | 'JAVA_11'
          | 'PYTHON_3_7'
          | 'PYTHON_3_8'
          | 'PYTHON_3_9'
          | 'UNSUPPORTED'
          | 'NODEJS_18_X'
          | 'GO_1_X'
          | 'JAVA_17'
          | 'PYTHON_3_10'
          | 'PYTHON_3_11'
          | 'DOTNETCORE_3_1'
          | 'DOTNET_6'
          | 'DOTNET_7'
          | 'RUBY_2_7'
          | 'RUBY_3_2'
          | 'DOTNET_10'
          | 'NODEJS_24_X'
          | 'NODEJS_22_X'
          | 'JAVA_21'
          | 'JAVA_25'
          | 'PYTHON_3_12'
          | 'PYTHON_3_13'
          | 'PYTHON_3_14'
          | 'RUBY_3_3'
          | 'DOTNET_8'
          | 'NODEJS_20_X';
        version: string;
        vpcConfig?: {
          securityGroupIds?: string[] | null;
          subnetIds?: string[] | null;
          vpcId?: string | null;
        } | null;
      } | null;
      codeRepository?: {
        integrationArn?: string | null;
        projectName?: string | null;
        providerType?: ('GITHUB' | 'GITLAB_SELF_MANAGED') | null;
      } | null;
      image?: {
        architecture?: string | null;
        author?: string | null;
        imageDigest?: string | null;
        imageTags?: string[] | null;
        inUseCount?: number | null;
        lastInUseAt?: number | null;
        platform?: string | null;
        pushedAt?: number | null;
        registry?: string | null;
        repositoryName?: string | null;
      } | null;
      machineImage?: {
        architecture?: ('X86_64' | 'ARM64') | null;
        creationDate?: number | null;
        isPublic?: boolean | null;
        machineImageId: string;
        name?: string | null;
        ownerAccountId?: string | null;
        platform?: string | null;
        rootDeviceType?: string | null;
        sourceResourceId?: string | null;
        state?: string | null;
        virtualizationType?: string | null;
      } | null;
      serverlessFunction?: {
        architectures?: ('X86_64' | 'ARM64')[] | null;
        codeDigest?: string | null;
        executionRole?: string | null;
        lastModifiedAt?: number | null;
        layers?: string[] | null;
        networkId?: string | null;
        packageType?: ('IMAGE' | 'ZIP') | null;
        runtime?: string | null;
        securityGroupIds?: string[] | null;
        serverlessFunctionName?: string | null;
        subnetIds?: string[] | null;
        version?: string | null;
      } | null;
      vm?: {
        executionRole?: string | null;
        ipV4Addresses?: string[] | null;
        ipV6Addresses?: string[] | null;
        keyName?: string | null;
        launchedAt?: number | null;
        networkId?: string | null;
        platform?: string | null;
        securityGroupIds?: string[] | null;
        subnetIds?: string[] | null;
        type?: string | null;
        vmImageReference?: string | null;
        vmName?: string | null;
      } | null;
    };
    /** @description Resources, in the order in which they were first heard of. */
    Resources: {
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      resources: components['schemas']['Listed'][];
    };
    /** @description A filter with what it has beyond Inspector's. */
    Rule: {
      /** @description `SUPPRESS`; `NONE` for a filter that is only kept. */
      action: string;
      /** @description The ARN, as Inspector's operations have it. */
      arn: string;
      /**
       * Format: date-time
       * @description When it was made.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description When it ends, or ended; null for never.
       */
      expiresAt?: string | null;
      /**
       * Format: date-time
       * @description When it was last seen to suppress anything, within the hour; null for never.
       */
      lastMatchedAt?: string | null;
      /** @description The name. */
      name: string;
      /** @description Who answers for it; null for nobody. */
      owner?: string | null;
      /** @description Why it is there; null where nothing is told. */
      reason?: string | null;
      stale?: components['schemas']['Stale'] | null;
      /**
       * Format: int64
       * @description How many findings it suppresses now.
       */
      suppressed: number;
      /** @description Whether it holds a finding only while no version fixes it. */
      untilFixed: boolean;
      /**
       * Format: date-time
       * @description When it was last changed.
       */
      updatedAt: string;
    };
    /** @description Suppression rules. */
    Rules: {
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      rules: components['schemas']['Rule'][];
    };
    /** @description The image that a container runs. */
    RunImage: {
      /** @description Every digest that it is known under: of manifest, index and configuration. The first 32 are kept. */
      digests: components['schemas']['Digest'][];
      manifest?: components['schemas']['Digest'] | null;
      /** @description The name that it was run by. */
      name?: string | null;
    };
    /** @description What runs on a host. */
    Running: {
      agent?: components['schemas']['RunningAgent'] | null;
      /** @description The cluster that containers of Kubernetes are of, as an ARN or a name. */
      cluster?: string | null;
      /** @description Containers that run. The first thousand are kept. */
      containers?: components['schemas']['Container'][];
      /** @description Who listens on the network. The first thousand are kept. */
      listeners?: components['schemas']['Listener'][];
      /**
       * @description Programs that run code which was replaced or removed since they started, and are flawed as before an upgrade until they
       *     start anew. The first thousand are kept.
       */
      outdated?: components['schemas']['Outdated'][];
    };
    /** @description An agent that stays on its host. */
    RunningAgent: {
      /**
       * Format: int32
       * @description How many seconds pass between two of its reports where no change makes it report at once.
       */
      reportEverySeconds: number;
      /** @description Its version. The first 256 characters are kept. */
      version: string;
    };
    /** @enum {string} */
    Runtime: 'docker' | 'containerd' | 'podman' | 'cri-o';
    /** @description How many bills of materials were scanned. */
    SbomScans: {
      /** @description The days with any. */
      days: components['schemas']['ScansOfDay'][];
      /**
       * Format: date
       * @description The first day that is counted, in UTC.
       */
      from: string;
      /**
       * Format: int64
       * @description How many in all.
       */
      scans: number;
      /**
       * Format: date
       * @description The last day.
       */
      to: string;
    };
    /**
     * @description How a host is looked at, as Inspector's API has it.
     * @enum {string}
     */
    ScanMode: 'EC2_INSPECTOR_AGENT_BASED' | 'EC2_SSM_AGENT_BASED' | 'EC2_AGENTLESS';
    /** @description How many bills of materials were scanned on a day. */
    ScansOfDay: {
      /**
       * Format: date
       * @description The day, in UTC.
       */
      date: string;
      /** Format: int64 */
      scans: number;
    };
    /** @description A scored vector. */
    Score: {
      /** Format: double */
      score: number;
      source: string;
      vector: string;
    };
    /** @description A place where a package was seen. */
    Seen: {
      /** @description What read it. */
      analyser: string;
      /** @description The digest of the image's layer; null where there are none. */
      layer?: string | null;
      path: string;
    };
    /** @description Within how many days findings are to be fixed, by severity; null for no limit. */
    ServiceLevels: {
      /** Format: int64 */
      critical?: number | null;
      /** Format: int64 */
      high?: number | null;
      /** Format: int64 */
      informational?: number | null;
      /** Format: int64 */
      low?: number | null;
      /** Format: int64 */
      medium?: number | null;
      /** Format: int64 */
      untriaged?: number | null;
    };
    /** @description Temporary credentials, with who has them. They are told this once. */
    SessionCredentials: {
      /** @description The id of the access key. */
      accessKeyId: string;
      /** @description The account of the user. */
      account: string;
      /**
       * Format: date-time
       * @description When they end to be good.
       */
      expiration: string;
      /** @description The regions that are served; the first is the one to begin with. */
      regions: string[];
      /** @description How the account stands to others. */
      relation: string;
      /** @description What the user is there for. */
      role: string;
      /** @description Its secret. */
      secretAccessKey: string;
      /** @description What goes with every call that is signed with the key. */
      sessionToken: string;
      /** @description The user. */
      user: string;
    };
    /** @description An end of sessions. */
    SessionsEnd: {
      /**
       * Format: date-time
       * @description Whoever signed in before has to sign in again.
       */
      endedAt: string;
      /** @description Whose sessions ended. */
      user: string;
    };
    /** @description A source's word on how bad it is. */
    SeverityWord: {
      severity: string;
      source: string;
    };
    /** @description Why a rule is stale. */
    Stale: {
      because: components['schemas']['Reason'];
      /** @description For people. */
      message: string;
    };
    /**
     * @description What a resource does.
     * @enum {string}
     */
    State: 'active' | 'stopped' | 'terminated';
    /** @description What a record says of a package. */
    Statement: {
      /** @description The record's id. */
      advisory: string;
      /** @description The version that ends the range; null where none does. */
      fixedIn?: string | null;
      /** @description The package as the record names it: ecosystem and name. */
      package: string;
      /** @description The affected versions in words. */
      range: string;
      /** @description Its source. */
      source: string;
      /** @description What the vendor says beside the range, as `wont-fix`. */
      status: string;
      /** @description The version that is compared there. */
      version: string;
      /** @description `affected`, `outside-range`, `not-affected`, `other-stream` or `withdrawn`. */
      word: string;
    };
    /** @description The rule that suppresses a finding. */
    Suppressing: {
      arn: string;
      name: string;
      owner: string;
      reason: string;
    };
    /** @description An inventory that was taken up. */
    Taken: {
      /** @description The digest of what was read of it: the same content has the same. */
      digest: string;
      /**
       * Format: int64
       * @description How many packages it has.
       */
      packages: number;
    };
    /** @description What a rule has beyond Inspector's. */
    Terms: {
      /**
       * Format: date-time
       * @description When it ends and gives back what it suppressed; null for never. A time that is past ends it at once.
       * @default null
       */
      expiresAt: string | null;
      /**
       * @description Who answers for it; null for nobody.
       * @default null
       */
      owner: string | null;
      /**
       * @description Whether it holds a finding only while no version fixes it.
       * @default false
       */
      untilFixed: boolean;
    };
    /** @description A change of a finding. */
    ToldChange: {
      /**
       * Format: date-time
       * @description When.
       */
      at: string;
      /** @enum {string} */
      cause: 'INVENTORY' | 'INTELLIGENCE' | 'RESOURCE' | 'CONFIGURATION' | 'SUPPRESSION_RULE' | 'CLOCK';
      /** @description Which inventory's or generation's digest, which rule or resource it was. */
      causeReference: string;
      /** @enum {string} */
      change: 'OPENED' | 'REOPENED' | 'CLOSED' | 'RESCORED' | 'UPDATED' | 'SUPPRESSED' | 'UNSUPPRESSED';
      /** @description The finding. */
      findingArn: string;
      /**
       * Format: double
       * @description The score since.
       */
      score?: number | null;
      /**
       * Format: double
       * @description The score before.
       */
      scoreBefore?: number | null;
      /**
       * Format: int64
       * @description Its number, one more than that of the change before it in this account and region.
       */
      sequence: number;
      /** @enum {string} */
      severity: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
      /** @enum {string} */
      severityBefore: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
      /** @enum {string} */
      status: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED';
    };
    /** @description How a type of scan covers a resource. */
    ToldCoverage: {
      /**
       * Format: date-time
       * @description When it was last scanned; null for never.
       */
      lastScannedAt?: string | null;
      /** @description What could not be looked at, and why. */
      notAssessed: components['schemas']['NotAssessed'][];
      /** @description Why, as Inspector's `ScanStatusReason`. */
      reason: string;
      /** @description How it is scanned; null where nothing is told. */
      scanMode?: string | null;
      /** @description The type of scan. */
      scanType: string;
      /** @description `ACTIVE` or `INACTIVE`. */
      statusCode: string;
    };
    /** @description The finding as it stands. */
    ToldFinding: {
      arn: string;
      /**
       * Format: date-time
       * @description When it was first observed.
       */
      firstObservedAt: string;
      /**
       * Format: date-time
       * @description When it was last observed.
       */
      lastObservedAt: string;
      /** @enum {string} */
      severity: 'UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
      /** @enum {string} */
      status: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED';
      suppressedBy?: components['schemas']['Suppressing'] | null;
    };
    /** @description The intelligence of the service. */
    ToldIntelligence: {
      /** @description Each feed that went into it, in order of name. */
      feeds: components['schemas']['Feed'][];
      /** @description The latest generations, at most twenty, the one in force first. */
      generations: components['schemas']['IntelligenceGeneration'][];
      inForce: components['schemas']['InForce'];
      /** @description Whether there are only the few hundred advisories that come with the program. */
      isStarterOnly: boolean;
      upkeep: components['schemas']['ToldUpkeep'];
    };
    /** @description How a package stands to the vulnerability. */
    ToldPackage: {
      /** @description Where it was seen. */
      evidence: components['schemas']['Seen'][];
      /** @description `fixed`, `pending`, `wont-fix` or `none-known`; null where it is not affected. */
      fixState?: string | null;
      /** @description The version to upgrade to; null where none is known. */
      fixedIn?: string | null;
      /** @description The version that was compared. */
      installed: string;
      /**
       * @description What comes of all that is said of it: `affected`, `outside-range`, `not-affected`, `kernel-headers`,
       *     `kernel-not-running`, `owned-by-operating-system`.
       */
      outcome: string;
      /** @description The package of the operating system that owns its files; null where none does. */
      owner?: string | null;
      /** @description The package URL; of the operating system itself, its name. */
      package: string;
      severity?: components['schemas']['SeverityWord'] | null;
      /** @description What each record says of it. */
      statements: components['schemas']['Statement'][];
    };
    /** @description A resource with all that is known of it. */
    ToldResource: components['schemas']['Named'] & {
      assessedInventory?: components['schemas']['Taken'] | null;
      /**
       * Format: date-time
       * @description When it was last told of or changed.
       */
      changedAt: string;
      /** @description How each type of scan covers it. */
      coverage: components['schemas']['ToldCoverage'][];
      /** @description `ResourceDetails` of Inspector's API. */
      details: {
        [key: string]: unknown;
      };
      /**
       * Format: date-time
       * @description When it was first heard of.
       */
      firstSeenAt: string;
      inventory?: components['schemas']['Taken'] | null;
      /**
       * Format: date-time
       * @description When its last inventory came; null for none yet.
       */
      inventoryAt?: string | null;
      running?: components['schemas']['Running'] | null;
      /** @description What the service takes it for. */
      state: string;
      /** @description Its tags. */
      tags: {
        [key: string]: unknown;
      };
    };
    /** @description How the intelligence is kept up to date. */
    ToldUpkeep: {
      /**
       * Format: date-time
       * @description When it was last looked for new intelligence; null where this process did not yet, or never does.
       */
      lastLookedAt?: string | null;
      /**
       * Format: date-time
       * @description When it is looked next; null where nobody looks.
       */
      nextLookAt?: string | null;
      outcome?: components['schemas']['LookOutcome'] | null;
      /** @description Why nothing did, for people; null where something did. */
      problem?: string | null;
    };
    /** @description A vulnerability as the sources have it. */
    ToldVulnerability: {
      /** @description Other ids of the same flaw. */
      aliases: string[];
      /** @description Scores, the best source first. */
      cvss: components['schemas']['Score'][];
      /**
       * Format: double
       * @description The probability of exploitation within 30 days; null where none is told.
       */
      epss?: number | null;
      /** @description The id to show. */
      id: string;
      /** @description Whether CISA's catalogue lists it as exploited. */
      knownExploited: boolean;
      /** @description Words of the sources on how bad it is, the best source first. */
      severities: components['schemas']['SeverityWord'][];
      /** @description One line. */
      title: string;
    };
    /** @description How findings went. */
    Trends: {
      /** @description Each day, the first one first. */
      days: components['schemas']['Day'][];
      /** @description What they tell nothing of, as it is now. */
      gaps: components['schemas']['Gaps'];
    };
    /** @description A user. */
    User: {
      /** @description Their access keys, in the order in which they were made. */
      accessKeys: components['schemas']['AccessKey'][];
      /**
       * Format: date-time
       * @description When they were made.
       */
      createdAt: string;
      /** @description Whether they may sign in with a password. */
      hasPassword: boolean;
      /** @description The name; of the agent of a host the host's id. */
      name: string;
      /** @enum {string} */
      role: 'administrator' | 'auditor' | 'agent' | 'host' | 'enroller';
      /** @enum {string} */
      status: 'ACTIVE' | 'INACTIVE';
    };
    /** @description What a user is there for, and whether they are let in. */
    UserStanding: {
      /** @enum {string} */
      role: 'administrator' | 'auditor' | 'agent' | 'host' | 'enroller';
      /** @enum {string} */
      status: 'ACTIVE' | 'INACTIVE';
    };
    /** @description Users, in order of their names. */
    Users: {
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      users: components['schemas']['User'][];
    };
    /**
     * @description How a resource stands to a vulnerability.
     * @enum {string}
     */
    Verdict:
      | 'AFFECTED'
      | 'NOT_INSTALLED'
      | 'OUTSIDE_RANGE'
      | 'NOT_AFFECTED'
      | 'NOT_APPLICABLE'
      | 'OWNED_BY_OPERATING_SYSTEM'
      | 'NOT_ASSESSED'
      | 'UNKNOWN_VULNERABILITY';
    /** @description Resources, in the order in which they were first heard of, and whose they are. */
    Wanted: {
      /** @description The account. */
      accountId: string;
      /** @description Where to go on; null at the end. */
      nextToken?: string | null;
      /** @description The region. */
      region: string;
      resources: components['schemas']['Listed'][];
    };
    /** @description What makes pods. */
    Workload: {
      /** @description Its name. */
      name: string;
      /** @description What it is, such as `Deployment`; `Pod` for a pod that nothing made. */
      type: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  ListAccounts: {
    parameters: {
      query?: {
        /** @description The most accounts that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accounts'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  EnrolAgent: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewAgent'];
      };
    };
    responses: {
      /** @description The key, the only time. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AgentKey'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The host is enrolled already. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  RotateAgentKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key, the only time. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AgentKey'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetAgentSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The settings. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AgentSettings'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetAgentSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewAgentSettings'];
      };
    };
    responses: {
      /** @description What holds now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AgentSettings'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  BackUp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is made. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Made'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Another is being made. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListCalls: {
    parameters: {
      query?: {
        /** @description From a time on. */
        from?: string;
        /** @description Up to a time. */
        to?: string;
        /** @description Of a user, by name. */
        user?: string;
        /** @description With an access key, by its id. */
        accessKey?: string;
        /** @description Of an operation, as `ListFindings`. */
        eventName?: string;
        /** @description With an outcome. */
        outcome?: 'success' | 'failure';
        /** @description That failed with a fault of this name, as `AccessDeniedException`. */
        errorCode?: string;
        /** @description The most calls that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Calls'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListChanges: {
    parameters: {
      query?: {
        /** @description The number that was read last; 0, or nothing, for the beginning. */
        after?: number;
        /** @description The most changes that are wanted. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Changes in order. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Changes'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetChangeMark: {
    parameters: {
      query?: {
        /** @description The mark that is known. The answer waits until there is another. */
        than?: number;
        /** @description The most seconds that it waits; it does not, unless it is said. */
        wait?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The mark; the one that is known where the time was over before there was another. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Mark'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  TellCluster: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Cluster'];
      };
    };
    responses: {
      /** @description It is kept. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClusterTaken'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ExplainFinding: {
    parameters: {
      query: {
        /** @description The ARN of a finding. */
        finding: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The explanation. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such finding. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ExplainResource: {
    parameters: {
      query: {
        /** @description The id of a resource, as Inspector's API has it: of images and functions an ARN. */
        id: string;
        type?:
          | 'AWS_EC2_INSTANCE'
          | 'AWS_ECR_CONTAINER_IMAGE'
          | 'AWS_LAMBDA_FUNCTION'
          | 'CODE_REPOSITORY'
          | 'MACHINE_IMAGE';
        /** @description Any id of a vulnerability, as `CVE-2021-44228`. */
        vulnerability: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The explanation. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such resource in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Resources of several types have this id. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListSuppressionRules: {
    parameters: {
      query?: {
        /** @description The most rules that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rules'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  PreviewSuppression: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ProposedRule'];
      };
    };
    responses: {
      /** @description What it would suppress now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Previewed'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetFilterTerms: {
    parameters: {
      query: {
        /** @description The ARN of a filter. */
        arn: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The filter. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rule'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such filter in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetFilterTerms: {
    parameters: {
      query: {
        /** @description The ARN of a filter. */
        arn: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Terms'];
      };
    };
    responses: {
      /** @description The filter as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rule'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such filter in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListFixes: {
    parameters: {
      query?: {
        /**
         * @description By which of the findings that they end upgrades are sorted, those first that end most; by critical ones, unless it is
         *     said.
         */
        sortBy?: 'critical' | 'high' | 'all';
        /** @description Of findings in resources of one type alone, as Inspector's API has it. */
        resourceType?: string;
        /** @description The most upgrades that are wanted; 25 unless it is said. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fixes'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetFindingHistory: {
    parameters: {
      query: {
        /** @description The ARN of a finding. */
        finding: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its changes in order. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['History'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such finding in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  NotePulls: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Pulls'];
      };
    };
    responses: {
      /** @description They are kept. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Noted'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetIntelligence: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is known of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ToldIntelligence'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetNetwork: {
    parameters: {
      query?: {
        kind?:
          | 'ClassicLoadBalancers'
          | 'EgressOnlyInternetGateways'
          | 'Instances'
          | 'InternetGateways'
          | 'Listeners'
          | 'LoadBalancers'
          | 'ManagedPrefixLists'
          | 'NatGateways'
          | 'NetworkAcls'
          | 'NetworkInterfaces'
          | 'PrefixListEntries'
          | 'RouteTables'
          | 'Rules'
          | 'SecurityGroups'
          | 'Subnets'
          | 'TargetGroups'
          | 'TargetHealth'
          | 'TransitGatewayAttachments'
          | 'TransitGatewayRouteTables'
          | 'TransitGatewayRoutes'
          | 'TransitGateways'
          | 'VpcEndpoints'
          | 'VpcPeeringConnections'
          | 'Vpcs'
          | 'VpnGateways';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is known of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['KnownNetwork'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  TellNetwork: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Network'];
      };
    };
    responses: {
      /** @description It is kept. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NetworkTaken'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetReport: {
    parameters: {
      query: {
        /** @description The id of a report. */
        id: string;
        /** @description The most files that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It, with a page of its files. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReportWithFiles'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such report. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetReportFile: {
    parameters: {
      query: {
        /** @description The id of a report. */
        id: string;
        /** @description The name of one of its files. */
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
          'text/csv': string;
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such report, or it has no such file. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListReports: {
    parameters: {
      query?: {
        /** @description The most reports that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Reports'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetResource: {
    parameters: {
      query: {
        /** @description The id of a resource, as Inspector's API has it: of images and functions an ARN. */
        id: string;
        type?:
          | 'AWS_EC2_INSTANCE'
          | 'AWS_ECR_CONTAINER_IMAGE'
          | 'AWS_LAMBDA_FUNCTION'
          | 'CODE_REPOSITORY'
          | 'MACHINE_IMAGE';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The resource. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ToldResource'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such resource in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Resources of several types have this id. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListResourcePackages: {
    parameters: {
      query: {
        /** @description The id of a resource, as Inspector's API has it: of images and functions an ARN. */
        id: string;
        type?:
          | 'AWS_EC2_INSTANCE'
          | 'AWS_ECR_CONTAINER_IMAGE'
          | 'AWS_LAMBDA_FUNCTION'
          | 'CODE_REPOSITORY'
          | 'MACHINE_IMAGE';
        /** @description The most packages that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Packages'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such resource in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Resources of several types have this id. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetResourceBill: {
    parameters: {
      query: {
        /** @description The id of a resource, as Inspector's API has it: of images and functions an ARN. */
        id: string;
        type?:
          | 'AWS_EC2_INSTANCE'
          | 'AWS_ECR_CONTAINER_IMAGE'
          | 'AWS_LAMBDA_FUNCTION'
          | 'CODE_REPOSITORY'
          | 'MACHINE_IMAGE';
        /** @description How it is written. */
        format: 'cyclonedx' | 'spdx';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The bill. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/spdx+json': unknown;
          'application/vnd.cyclonedx+json': unknown;
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such resource in this account and region, or nobody told yet what is in it. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Resources of several types have this id. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ChangeResourceState: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewState'];
      };
    };
    responses: {
      /** @description It is kept. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pushed'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such resource in this account and region. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description Resources of several types have this id. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListResources: {
    parameters: {
      query?: {
        /** @description The most resources that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Resources'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  PushResource: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Push'];
      };
    };
    responses: {
      /** @description All of it is kept. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pushed'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service has another inventory than the digest says, or what changed does not make the one that it is said to: push the whole. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListWantedResources: {
    parameters: {
      query?: {
        type?:
          | 'AWS_EC2_INSTANCE'
          | 'AWS_ECR_CONTAINER_IMAGE'
          | 'AWS_LAMBDA_FUNCTION'
          | 'CODE_REPOSITORY'
          | 'MACHINE_IMAGE';
        /** @description The most resources that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Wanted'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetSbomScans: {
    parameters: {
      query?: {
        /** @description The first day, in UTC; 30 days up to the last one unless it is given. */
        from?: string;
        /** @description The last day, in UTC; today unless it is given. */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SbomScans'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetServiceLevels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What holds. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServiceLevels'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetServiceLevels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ServiceLevels'];
      };
    };
    responses: {
      /** @description What holds now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServiceLevels'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  EndSessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They ended. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionsEnd'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  RenewSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The credentials, the only time, as `POST /session` answers them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionCredentials'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  GetTrends: {
    parameters: {
      query?: {
        /** @description The first day, in UTC; 30 days up to the last one unless it is given. */
        from?: string;
        /** @description The last day, in UTC; today unless it is given. */
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Each day. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Trends'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetUser: {
    parameters: {
      query: {
        /** @description The name of a user. */
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['UserStanding'];
      };
    };
    responses: {
      /** @description The user as they are now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such user in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description They are the last active administrator. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ForgetHostAgent: {
    parameters: {
      query: {
        /** @description The name of a user. */
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is forgotten. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ForgottenUser'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such agent in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetUserPassword: {
    parameters: {
      query: {
        /** @description The name of a user. */
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewPassword'];
      };
    };
    responses: {
      /** @description The user as they are now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such user in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  ListUsers: {
    parameters: {
      query?: {
        role?: 'administrator' | 'auditor' | 'agent' | 'host' | 'enroller';
        /** @description Those whose names begin so. */
        startsWith?: string;
        /** @description The most users that are wanted. */
        maxResults?: number;
        /** @description Where to go on, as the last answer had it. */
        nextToken?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Users'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  CreateUser: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewUser'];
      };
    };
    responses: {
      /** @description The user; and the first access key with its secret, the only time. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MadeUser'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such path. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is a user of that name already. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  SetUserKey: {
    parameters: {
      query: {
        /** @description The id of an access key. */
        id: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['KeyStanding'];
      };
    };
    responses: {
      /** @description The key as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccessKey'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such key in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The call is signed with it. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  DeleteUserKey: {
    parameters: {
      query: {
        /** @description The id of an access key. */
        id: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeletedKey'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such key in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The call is signed with it. */
      409: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
  CreateUserKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewKey'];
      };
    };
    responses: {
      /** @description The key with its secret, the only time. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MadeKey'];
        };
      };
      /** @description The request is not what the route takes. */
      400: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The user has as many keys as they may. */
      402: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request is not signed well, or the caller may not do this. */
      403: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description There is no such user in this account. */
      404: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The request did not arrive whole in good time. */
      408: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The body is larger than it may be. */
      413: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The caller asks too often. */
      429: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service failed at this; its log tells more. */
      500: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
      /** @description The service cannot do it for now. */
      503: {
        headers: {
          /** @description The name of the fault. */
          'x-amzn-errortype': string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fault'];
        };
      };
    };
  };
}
