import {
  CreateSbomExportCommand,
  type ResourceFilterCriteria,
  type SbomReportFormat,
} from '@aws-sdk/client-inspector2';
import type { Condition } from '../../filter/criteria';
import { tag } from '../../filter/kinds';
import { OrderDialog } from '../../report/order-dialog';
import { useClients } from '../../session/context';

/** Members of an export's filter by the coverage's that say the same. */
const SAME = {
  accountId: 'accountId',
  resourceId: 'resourceId',
  resourceType: 'resourceType',
  ecrRepositoryName: 'ecrRepositoryName',
  ecrImageTags: 'ecrImageTags',
  lambdaFunctionName: 'lambdaFunctionName',
  ec2InstanceTags: 'ec2InstanceTags',
  lambdaFunctionTags: 'lambdaFunctionTags',
} as const satisfies Partial<Record<string, keyof ResourceFilterCriteria>>;

/** Exports a bill of materials for each resource that is shown, or for all. */
export function ExportBills({ conditions, onClose }: { conditions: Condition[]; onClose: () => void }) {
  const { inspector } = useClients();
  const meant = conditions.filter(({ field }) => field !== 'scanStatusCode');
  const unsaid = meant.filter(({ field }) => !Object.hasOwn(SAME, field));
  return (
    <OrderDialog<SbomReportFormat>
      title="Export SBOMs"
      description={
        (meant.length > unsaid.length
          ? 'A bill of materials for each resource that is scanned and that the filter has.'
          : 'A bill of materials for each resource that is scanned.') +
        (unsaid.length > 0
          ? ` Exports do not know of ${unsaid.map(({ field }) => field).join(', ')}: that part of the filter is left out.`
          : '')
      }
      formats={['CYCLONEDX_1_4', 'SPDX_2_3']}
      order={async (reportFormat, s3Destination) => {
        const command = new CreateSbomExportCommand({
          reportFormat,
          resourceFilterCriteria: criteriaOf(meant),
          s3Destination,
        });
        return (await inspector.send(command)).reportId;
      }}
      onClose={onClose}
    />
  );
}

function criteriaOf(conditions: Condition[]): ResourceFilterCriteria | undefined {
  const criteria: Record<string, unknown[]> = {};
  for (const { field, operator, text } of conditions) {
    if (!Object.hasOwn(SAME, field)) continue;
    const isTag = field === 'ec2InstanceTags' || field === 'lambdaFunctionTags';
    const comparison = operator === '!=' ? 'NOT_EQUALS' : 'EQUALS';
    (criteria[field] ??= []).push(isTag ? tag.read({ operator, text }) : { comparison, value: text });
  }
  return Object.keys(criteria).length > 0 ? (criteria as ResourceFilterCriteria) : undefined;
}
