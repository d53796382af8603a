import { DeleteFilterCommand, type Filter, ListFiltersCommand } from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { conditionsOf, parametersOf } from '../../filter/criteria';
import { FINDING_FIELDS } from '../../filter/findings';
import { useClients, useMayChange } from '../../session/context';
import { AppLink } from '../../shell/link';
import { Dialog } from '../../shell/dialog';
import { useChange } from '../../shell/change';
import { NothingThere } from '../../states/states';
import { RuleDialog } from '../../suppression/rule-dialog';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Ago, Time, timeText } from '../../text/time';
import { count } from '../../text/words';
import { TermsDialog } from './terms-dialog';

export type Rule = components['schemas']['Rule'];

/** Rules of suppression: what they hide, until when, who answers for them, and which of them are of no use any more. */
export default function SuppressionPage() {
  const { assay, inspector, region } = useClients();
  const mayChange = useMayChange();
  const change = useChange();
  const [chosen, setChosen] = useState<string>();
  const [dialog, setDialog] = useState<'make' | 'terms' | 'delete'>();
  const fetchPage: FetchPage<Rule> = async (nextToken, signal) => {
    const page = await answer(
      assay.GET('/filters', { params: { query: { maxResults: 50, nextToken } }, signal }),
    );
    return {
      rows: page.rules.filter(({ action }) => action === 'SUPPRESS'),
      next: page.nextToken ?? undefined,
    };
  };
  const pages = usePages(['suppression-rules', region], fetchPage, { follow: 'calmly' });
  const { data: criteria } = useQuery({
    queryKey: ['suppression-criteria', region],
    queryFn: async ({ signal: abortSignal }) => {
      const found = new Map<string, Filter['criteria']>();
      let nextToken: string | undefined;
      do {
        const command = new ListFiltersCommand({ action: 'SUPPRESS', maxResults: 100, nextToken });
        const page = await inspector.send(command, { abortSignal });
        for (const { arn, criteria } of page.filters ?? []) found.set(arn ?? '', criteria);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
  });
  const rule = pages.rows?.find(({ arn }) => arn === chosen);
  const remove = async ({ arn, name }: Rule) => {
    await change(
      () => inspector.send(new DeleteFilterCommand({ arn })),
      `The rule ${name} is deleted; what it suppressed is active again.`,
    );
    setDialog(undefined);
  };
  return (
    <>
      <PagedTable<Rule>
        title="Suppression rules"
        what="suppression rules"
        columns={columnsOf(criteria)}
        pages={pages}
        rowKey={({ arn }) => arn}
        selectionType={mayChange ? 'single' : undefined}
        selected={rule ? [rule] : []}
        onSelect={([one]) => setChosen(one?.arn)}
        actions={
          mayChange && (
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={!rule} onClick={() => setDialog('terms')}>
                Change terms
              </Button>
              <Button disabled={!rule} onClick={() => setDialog('delete')}>
                Delete
              </Button>
              <Button variant="primary" onClick={() => setDialog('make')}>
                Make a rule
              </Button>
            </SpaceBetween>
          )
        }
        empty={
          <NothingThere title="Nothing is suppressed">
            A rule hides findings that are no matter here, for a time, for a reason.
          </NothingThere>
        }
      />
      {dialog === 'make' && <RuleDialog criteria={{}} onClose={() => setDialog(undefined)} />}
      {dialog === 'terms' && rule && <TermsDialog rule={rule} onClose={() => setDialog(undefined)} />}
      {dialog === 'delete' && rule && (
        <Dialog
          title={`Delete ${rule.name}`}
          action="Delete the rule"
          onSubmit={() => remove(rule)}
          onClose={() => setDialog(undefined)}
        >
          {count(rule.suppressed)} findings become active again.
        </Dialog>
      )}
    </>
  );
}

function columnsOf(criteria: Map<string, Filter['criteria']> | undefined): Column<Rule>[] {
  const conditions = ({ arn }: Rule) => conditionsOf(FINDING_FIELDS, criteria?.get(arn) ?? {});
  const said = (rule: Rule) =>
    conditions(rule)
      .map(({ field, operator, text }) => `${FINDING_FIELDS[field as 'severity'].label} ${operator} ${text}`)
      .join('; ');
  return [
    {
      id: 'name',
      header: 'Rule',
      isRowHeader: true,
      cell: ({ name }) => name,
      text: ({ name }) => name,
      width: 200,
    },
    { id: 'criteria', header: 'Findings', cell: said, text: said, width: 320 },
    {
      id: 'suppressed',
      header: 'Suppresses',
      cell: (rule) => (
        <AppLink to={`/findings?findingStatus=SUPPRESSED&${parametersOf(conditions(rule)).toString()}`}>
          {count(rule.suppressed)}
        </AppLink>
      ),
      text: ({ suppressed }) => suppressed,
      width: 120,
    },
    {
      id: 'state',
      header: 'State',
      cell: ({ stale }) =>
        stale ? (
          <StatusIndicator type="warning">{stale.message}</StatusIndicator>
        ) : (
          <StatusIndicator type="success">In use</StatusIndicator>
        ),
      text: ({ stale }) => stale?.message ?? 'in use',
      width: 220,
    },
    {
      id: 'ends',
      header: 'Ends',
      cell: ({ expiresAt, untilFixed }) => (
        <>
          <Time at={expiresAt} never={untilFixed ? '' : 'Never'} />
          {untilFixed && <div>When there is a fix</div>}
        </>
      ),
      text: ({ expiresAt }) => timeText(expiresAt),
      width: 170,
    },
    {
      id: 'owner',
      header: 'Owner',
      cell: ({ owner }) => owner ?? '–',
      text: ({ owner }) => owner,
      width: 140,
    },
    {
      id: 'reason',
      header: 'Reason',
      cell: ({ reason }) => reason ?? '–',
      text: ({ reason }) => reason,
      width: 240,
    },
    {
      id: 'matched',
      header: 'Last matched',
      cell: ({ lastMatchedAt }) => <Ago at={lastMatchedAt} />,
      text: ({ lastMatchedAt }) => timeText(lastMatchedAt),
      width: 140,
    },
  ];
}
