import {
  type Finding,
  ListFindingsCommand,
  type SortCriteria,
  type SortField,
} from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { Account } from '../../account/account';
import { FilterBar, useAddressFilter } from '../../filter/bar';
import { FINDING_FIELDS } from '../../filter/findings';
import { resourceAddress, vulnerabilityAddress } from '../../finding/address';
import { SeverityBadge } from '../../finding/severity';
import { useClients, useMayChange } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { RuleDialog } from '../../suppression/rule-dialog';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { type Order, PagedTable } from '../../table/paged-table';
import { Ago, timeText } from '../../text/time';
import { readable } from '../../text/words';
import { FindingPanel } from './detail/panel';
import { nameOf } from '../../finding/resource-name';
import { SavedViews } from './saved-views';
import { ExportView } from './export';

/** The most that an answer of Inspector's API has. */
const PAGE_SIZE = 25;
const USUAL_ORDER: Order = { field: 'INSPECTOR_SCORE', direction: 'descending' };

/** The findings that the filter in the address says, worst first; the chosen one is shown in the panel. */
export function FindingList() {
  const { inspector, region } = useClients();
  const mayChange = useMayChange();
  const filter = useAddressFilter(FINDING_FIELDS);
  const [parameters, setParameters] = useSearchParams();
  const [isSuppressing, setSuppressing] = useState(false);
  const order = orderOf(parameters.get('sort'));
  const { criteria } = filter;
  const sortCriteria: SortCriteria = {
    field: order.field as SortField,
    sortOrder: order.direction === 'ascending' ? 'ASC' : 'DESC',
  };
  const fetchPage: FetchPage<Finding> = async (nextToken, abortSignal) => {
    const command = new ListFindingsCommand({
      filterCriteria: criteria,
      sortCriteria,
      maxResults: PAGE_SIZE,
      nextToken,
    });
    const answer = await inspector.send(command, { abortSignal });
    return { rows: answer.findings ?? [], next: answer.nextToken };
  };
  const pages = usePages(['findings', region, criteria, sortCriteria], fetchPage, { follow: 'closely' });
  const chosen = parameters.get('finding') ?? undefined;
  const choose = useCallback(
    (arn: string | undefined) => {
      setParameters(
        (before) => {
          const next = new URLSearchParams(before);
          if (arn === undefined) next.delete('finding');
          else next.set('finding', arn);
          return next;
        },
        { replace: true },
      );
    },
    [setParameters],
  );
  const close = useCallback(() => choose(undefined), [choose]);
  const columns = useMemo(() => columnsOf(choose), [choose]);

  return (
    <>
      <PagedTable<Finding>
        title="Findings"
        what="findings"
        columns={columns}
        pages={pages}
        rowKey={({ findingArn }) => findingArn ?? ''}
        selectionType="single"
        selected={(pages.rows ?? []).filter(({ findingArn }) => findingArn === chosen)}
        onSelect={([finding]) => choose(finding?.findingArn)}
        order={order}
        onOrder={({ field, direction }) => {
          const next = new URLSearchParams(parameters);
          next.set('sort', `${field}.${direction}`);
          setParameters(next);
        }}
        filter={
          <SpaceBetween size="xs">
            <SavedViews filter={filter} />
            <FilterBar fields={FINDING_FIELDS} filter={filter} what="findings" />
          </SpaceBetween>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ExportView criteria={criteria} />
            {mayChange && <Button onClick={() => setSuppressing(true)}>Suppress these</Button>}
          </SpaceBetween>
        }
        empty={<NoFindings isFiltered={filter.conditions.length > 0} />}
      />
      {isSuppressing && <RuleDialog criteria={criteria} onClose={() => setSuppressing(false)} />}
      {chosen !== undefined && <FindingPanel key={chosen} arn={chosen} onClose={close} />}
    </>
  );
}

function NoFindings({ isFiltered }: { isFiltered: boolean }) {
  return (
    <NothingThere title={isFiltered ? 'No finding matches this filter' : 'There are no findings'}>
      <StatusIndicator type="info">
        That is about what is scanned.{' '}
        <AppLink to="/coverage?scanStatusCode=INACTIVE">See what is not</AppLink>
      </StatusIndicator>
    </NothingThere>
  );
}

function orderOf(text: string | null): Order {
  const [field, direction] = (text ?? '').split('.');
  if (!field || (direction !== 'ascending' && direction !== 'descending')) return USUAL_ORDER;
  return { field, direction };
}

function columnsOf(choose: (arn: string | undefined) => void): Column<Finding>[] {
  return [
    {
      id: 'severity',
      header: 'Severity',
      cell: ({ severity }) => <SeverityBadge severity={severity} />,
      text: ({ severity }) => severity,
      sortingField: 'SEVERITY',
      width: 120,
    },
    {
      id: 'score',
      header: 'Score',
      cell: ({ inspectorScore }) => inspectorScore?.toFixed(1) ?? '–',
      text: ({ inspectorScore }) => inspectorScore,
      sortingField: 'INSPECTOR_SCORE',
      width: 110,
    },
    {
      id: 'title',
      header: 'Finding',
      isRowHeader: true,
      cell: ({ title, findingArn }) => (
        <button type="button" className="row-title" onClick={() => choose(findingArn)}>
          {title}
        </button>
      ),
      text: ({ title }) => title,
      width: 280,
    },
    {
      id: 'resource',
      header: 'Resource',
      cell: ({ resources: [resource] = [] }) => (
        <AppLink to={resourceAddress(resource?.type, resource?.id)}>{nameOf(resource)}</AppLink>
      ),
      text: ({ resources: [resource] = [] }) => resource?.id,
      width: 240,
    },
    {
      id: 'type',
      header: 'Resource type',
      cell: ({ resources: [resource] = [] }) => readable(resource?.type),
      text: ({ resources: [resource] = [] }) => resource?.type,
      sortingField: 'RESOURCE_TYPE',
      width: 150,
    },
    {
      id: 'account',
      header: 'Account',
      cell: ({ awsAccountId }) => <Account id={awsAccountId} />,
      text: ({ awsAccountId }) => awsAccountId,
      sortingField: 'AWS_ACCOUNT_ID',
      width: 140,
    },
    {
      id: 'fix',
      header: 'Fix',
      cell: ({ fixAvailable }) => readable(fixAvailable),
      text: ({ fixAvailable }) => fixAvailable,
      width: 110,
    },
    {
      id: 'exploit',
      header: 'Exploit',
      cell: ({ exploitAvailable }) =>
        exploitAvailable === 'YES' ? <StatusIndicator type="warning">Known</StatusIndicator> : '–',
      text: ({ exploitAvailable }) => exploitAvailable,
      width: 110,
    },
    {
      id: 'epss',
      header: 'EPSS',
      cell: ({ epss }) => (epss?.score === undefined ? '–' : `${(epss.score * 100).toFixed(1)} %`),
      text: ({ epss }) => epss?.score,
      sortingField: 'EPSS_SCORE',
      width: 90,
    },
    {
      id: 'vulnerability',
      header: 'Vulnerability',
      cell: ({ packageVulnerabilityDetails: details }) =>
        details ? (
          <AppLink to={vulnerabilityAddress(details.vulnerabilityId)}>{details.vulnerabilityId}</AppLink>
        ) : (
          '–'
        ),
      text: ({ packageVulnerabilityDetails: details }) => details?.vulnerabilityId,
      sortingField: 'VULNERABILITY_ID',
      width: 170,
    },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status }) => readable(status),
      text: ({ status }) => status,
      sortingField: 'FINDING_STATUS',
      width: 110,
    },
    {
      id: 'first',
      header: 'First observed',
      cell: ({ firstObservedAt }) => <Ago at={firstObservedAt} />,
      text: ({ firstObservedAt }) => timeText(firstObservedAt),
      sortingField: 'FIRST_OBSERVED_AT',
      width: 140,
    },
  ];
}
