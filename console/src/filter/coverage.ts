import type { CoverageFilterCriteria } from '@aws-sdk/client-inspector2';
import { type Fields, UNUSED, field } from './fields';
import { date, number, tag, word } from './kinds';

/** Every member of Inspector's `CoverageFilterCriteria`. */
export const COVERAGE_FIELDS: Fields<CoverageFilterCriteria> = {
  scanStatusCode: field('Status', 'Scanning', word, { values: ['ACTIVE', 'INACTIVE'] }),
  scanStatusReason: field('Reason', 'Scanning', word),
  scanType: field('Scan type', 'Scanning', word, { values: ['PACKAGE', 'NETWORK', 'CODE'] }),
  scanMode: field('Monitored using', 'Scanning', word, {
    values: ['EC2_INSPECTOR_AGENT_BASED', 'EC2_SSM_AGENT_BASED', 'EC2_AGENTLESS'],
  }),
  lastScannedAt: field('Last scanned', 'Scanning', date),

  accountId: field('Account', 'Resource', word, { values: 'accounts' }),
  resourceType: field('Resource type', 'Resource', word, {
    values: [
      'AWS_EC2_INSTANCE',
      'AWS_ECR_CONTAINER_IMAGE',
      'AWS_ECR_REPOSITORY',
      'AWS_LAMBDA_FUNCTION',
      'CODE_REPOSITORY',
    ],
  }),
  resourceId: field('Resource', 'Resource', word),

  ec2InstanceTags: field('Tag of host', 'Host', tag),

  ecrRepositoryName: field('Repository', 'Container image', word),
  ecrImageTags: field('Image tag', 'Container image', word),
  imagePulledAt: field('Pulled', 'Container image', date),
  ecrImageInUseCount: field('Containers in use', 'Container image', number),
  ecrImageLastInUseAt: field('Last in use', 'Container image', date),

  lambdaFunctionName: field('Function', 'Function', word),
  lambdaFunctionRuntime: field('Runtime', 'Function', word),
  lambdaFunctionTags: field('Tag of function', 'Function', tag),

  codeRepositoryProjectName: field('Project', 'Code', word, UNUSED),
  codeRepositoryProviderType: field('Provider of repository', 'Code', word, UNUSED),
  codeRepositoryProviderTypeVisibility: field('Visibility', 'Code', word, UNUSED),
  lastScannedCommitId: field('Last scanned commit', 'Code', word, UNUSED),

  cloudProvider: field('Cloud', 'Other clouds', word, UNUSED),
  cloudProviderAccountId: field('Account of cloud', 'Other clouds', word, UNUSED),
  cloudProviderRegion: field('Region of cloud', 'Other clouds', word, UNUSED),
  cloudProviderOrgId: field('Organisation of cloud', 'Other clouds', word, UNUSED),
  cloudVmInstanceTags: field('Tag of machine', 'Other clouds', tag, UNUSED),
  cloudContainerImageTags: field('Image tag in cloud', 'Other clouds', word, UNUSED),
  cloudContainerRepositoryName: field('Repository in cloud', 'Other clouds', word, UNUSED),
  cloudContainerRegistryName: field('Registry in cloud', 'Other clouds', word, UNUSED),
  cloudServerlessFunctionName: field('Function in cloud', 'Other clouds', word, UNUSED),
  cloudServerlessFunctionRuntime: field('Runtime in cloud', 'Other clouds', word, UNUSED),
  cloudServerlessFunctionTags: field('Tag of function in cloud', 'Other clouds', tag, UNUSED),
};
