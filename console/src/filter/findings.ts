import type { FilterCriteria } from '@aws-sdk/client-inspector2';
import { type Fields, UNUSED, field } from './fields';
import { date, number, packages, ports, tag, text } from './kinds';

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNTRIAGED'] as const;

/** Every member of Inspector's `FilterCriteria`; one that a newer API has and this has not is an error of types. */
export const FINDING_FIELDS: Fields<FilterCriteria> = {
  severity: field('Severity', 'Finding', text, { values: SEVERITIES }),
  findingStatus: field('Status', 'Finding', text, { values: ['ACTIVE', 'SUPPRESSED', 'CLOSED'] }),
  findingType: field('Type', 'Finding', text, {
    values: ['PACKAGE_VULNERABILITY', 'NETWORK_REACHABILITY', 'CODE_VULNERABILITY'],
  }),
  title: field('Title', 'Finding', text),
  inspectorScore: field('Score', 'Finding', number),
  fixAvailable: field('Fix available', 'Finding', text, { values: ['YES', 'NO', 'PARTIAL'] }),
  exploitAvailable: field('Exploit available', 'Finding', text, { values: ['YES', 'NO'] }),
  epssScore: field('EPSS', 'Finding', number),
  firstObservedAt: field('First observed', 'Finding', date),
  lastObservedAt: field('Last observed', 'Finding', date),
  updatedAt: field('Updated', 'Finding', date),
  findingArn: field('Finding ARN', 'Finding', text),

  vulnerabilityId: field('Vulnerability', 'Vulnerability', text),
  relatedVulnerabilities: field('Related vulnerability', 'Vulnerability', text),
  vulnerabilitySource: field('Source', 'Vulnerability', text),
  vendorSeverity: field('Severity of the vendor', 'Vulnerability', text),
  vulnerablePackages: field('Package', 'Vulnerability', packages),

  awsAccountId: field('Account', 'Resource', text, { values: 'accounts' }),
  resourceType: field('Resource type', 'Resource', text, {
    values: ['AWS_EC2_INSTANCE', 'AWS_ECR_CONTAINER_IMAGE', 'AWS_LAMBDA_FUNCTION', 'CODE_REPOSITORY'],
  }),
  resourceId: field('Resource', 'Resource', text),
  resourceTags: field('Tag', 'Resource', tag),
  componentId: field('Component', 'Resource', text),
  componentType: field('Component type', 'Resource', text),

  ec2InstanceImageId: field('Machine image of host', 'Host', text),
  ec2InstanceVpcId: field('VPC', 'Host', text),
  ec2InstanceSubnetId: field('Subnet', 'Host', text),
  portRange: field('Open ports', 'Host', ports),
  networkProtocol: field('Protocol', 'Host', text, { values: ['TCP', 'UDP'] }),

  ecrImageRepositoryName: field('Repository', 'Container image', text),
  ecrImageTags: field('Image tag', 'Container image', text),
  ecrImageHash: field('Image digest', 'Container image', text),
  ecrImageRegistry: field('Registry', 'Container image', text),
  ecrImageArchitecture: field('Architecture', 'Container image', text),
  ecrImagePushedAt: field('Pushed', 'Container image', date),
  ecrImageInUseCount: field('Containers in use', 'Container image', number),
  ecrImageLastInUseAt: field('Last in use', 'Container image', date),

  lambdaFunctionName: field('Function', 'Function', text),
  lambdaFunctionRuntime: field('Runtime', 'Function', text),
  lambdaFunctionLayers: field('Layer of function', 'Function', text),
  lambdaFunctionExecutionRoleArn: field('Execution role', 'Function', text),
  lambdaFunctionLastModifiedAt: field('Function modified', 'Function', date),

  codeVulnerabilityDetectorName: field('Detector', 'Code', text, UNUSED),
  codeVulnerabilityDetectorTags: field('Detector tag', 'Code', text, UNUSED),
  codeVulnerabilityFilePath: field('File', 'Code', text, UNUSED),
  codeRepositoryProjectName: field('Project', 'Code', text, UNUSED),
  codeRepositoryProviderType: field('Provider of repository', 'Code', text, UNUSED),

  cloudProvider: field('Cloud', 'Other clouds', text, UNUSED),
  cloudProviderRegion: field('Region of cloud', 'Other clouds', text, UNUSED),
  cloudProviderAccountId: field('Account of cloud', 'Other clouds', text, UNUSED),
  cloudProviderOrgId: field('Organisation of cloud', 'Other clouds', text, UNUSED),
  cloudVmImageReference: field('Image of machine', 'Other clouds', text, UNUSED),
  cloudVmNetworkId: field('Network of machine', 'Other clouds', text, UNUSED),
  cloudVmSubnetIds: field('Subnet of machine', 'Other clouds', text, UNUSED),
  cloudImageRepositoryName: field('Repository in cloud', 'Other clouds', text, UNUSED),
  cloudImageRegistry: field('Registry in cloud', 'Other clouds', text, UNUSED),
  cloudImageDigest: field('Image digest in cloud', 'Other clouds', text, UNUSED),
  cloudImageTags: field('Image tag in cloud', 'Other clouds', text, UNUSED),
  cloudImagePushedAt: field('Pushed in cloud', 'Other clouds', date, UNUSED),
  cloudImageArchitecture: field('Architecture in cloud', 'Other clouds', text, UNUSED),
  cloudImageLastInUseAt: field('Last in use in cloud', 'Other clouds', date, UNUSED),
  cloudImageInUseCount: field('Containers in use in cloud', 'Other clouds', number, UNUSED),
  cloudServerlessFunctionName: field('Function in cloud', 'Other clouds', text, UNUSED),
  cloudServerlessFunctionRuntime: field('Runtime in cloud', 'Other clouds', text, UNUSED),
  cloudServerlessFunctionLastModifiedAt: field('Function modified in cloud', 'Other clouds', date, UNUSED),
  cloudServerlessFunctionExecutionRole: field('Execution role in cloud', 'Other clouds', text, UNUSED),
};
