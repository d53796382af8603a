import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Time, timeText } from '../../text/time';

/** A record in CloudTrail's form; members that are shown. */
interface CallRecord {
  eventID: string;
  eventTime: string;
  eventName: string;
  eventSource: string;
  sourceIPAddress: string;
  readOnly?: boolean;
  errorCode?: string;
  errorMessage?: string;
  requestParameters?: unknown;
  userIdentity?: { arn?: string; userName?: string; accessKeyId?: string };
}

const OUTCOMES = [
  { value: '', label: 'Any outcome' },
  { value: 'success', label: 'Succeeded' },
  { value: 'failure', label: 'Failed' },
] as const;
type Outcome = 'success' | 'failure';

const ASKED = ['user', 'eventName', 'accessKey'] as const;

/** Who called what, when, with what outcome. */
export default function CallsPage() {
  const { assay, region } = useClients();
  const [parameters, setParameters] = useSearchParams();
  const [typed, setTyped] = useState(() => new Map(ASKED.map((name) => [name, parameters.get(name) ?? ''])));
  const outcome = OUTCOMES.find(({ value }) => value === parameters.get('outcome')) ?? OUTCOMES[0];
  const query = {
    ...Object.fromEntries(
      ASKED.flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name)]] : [])),
    ),
    ...(outcome.value === '' ? {} : { outcome: outcome.value as Outcome }),
  };
  const fetchPage: FetchPage<CallRecord> = async (nextToken, signal) => {
    const page = await answer(
      assay.GET('/calls', { params: { query: { ...query, maxResults: 50, nextToken } }, signal }),
    );
    return { rows: page.Records as unknown as CallRecord[], next: page.nextToken ?? undefined };
  };
  const pages = usePages(['calls', region, query], fetchPage);
  const ask = (chosen: string) => {
    const next = new URLSearchParams();
    for (const [name, value] of typed) if (value !== '') next.set(name, value.trim());
    if (chosen !== '') next.set('outcome', chosen);
    setParameters(next);
  };
  return (
    <PagedTable<CallRecord>
      title="Log of calls"
      what="calls"
      description="Calls of the last 90 days in this account and region, the latest first."
      columns={COLUMNS}
      pages={pages}
      rowKey={({ eventID }) => eventID}
      actions={
        <Button iconName="refresh" ariaLabel="Look again" onClick={pages.retry} loading={pages.isFetching} />
      }
      filter={
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask(outcome.value);
          }}
        >
          <SpaceBetween direction="horizontal" size="s" alignItems="end">
            {(
              [
                ['user', 'User'],
                ['eventName', 'Operation'],
                ['accessKey', 'Access key'],
              ] as const
            ).map(([name, label]) => (
              <FormField key={name} label={label}>
                <Input
                  value={typed.get(name) ?? ''}
                  onChange={({ detail }) => setTyped(new Map(typed).set(name, detail.value))}
                />
              </FormField>
            ))}
            <FormField label="Outcome">
              <Select
                options={OUTCOMES}
                selectedOption={outcome}
                onChange={({ detail }) => ask(detail.selectedOption.value ?? '')}
              />
            </FormField>
            <Button formAction="submit">Filter</Button>
          </SpaceBetween>
        </form>
      }
      empty={<NothingThere title="No call matches" />}
    />
  );
}

const COLUMNS: Column<CallRecord>[] = [
  {
    id: 'time',
    header: 'Time',
    cell: ({ eventTime }) => <Time at={eventTime} />,
    text: ({ eventTime }) => timeText(eventTime),
    width: 180,
  },
  {
    id: 'operation',
    header: 'Operation',
    isRowHeader: true,
    cell: ({ eventName }) => eventName,
    text: ({ eventName }) => eventName,
    width: 240,
  },
  {
    id: 'outcome',
    header: 'Outcome',
    cell: ({ errorCode, errorMessage }) =>
      errorCode === undefined || errorCode === null ? (
        <StatusIndicator type="success">Succeeded</StatusIndicator>
      ) : (
        <StatusIndicator type="error">
          {errorCode}: {errorMessage}
        </StatusIndicator>
      ),
    text: ({ errorCode }) => errorCode ?? 'succeeded',
    width: 260,
  },
  {
    id: 'user',
    header: 'User',
    cell: ({ userIdentity }) => userIdentity?.userName ?? userIdentity?.arn ?? '–',
    text: ({ userIdentity }) => userIdentity?.arn,
    width: 200,
  },
  {
    id: 'key',
    header: 'Access key',
    cell: ({ userIdentity }) => <code>{userIdentity?.accessKeyId ?? '–'}</code>,
    text: ({ userIdentity }) => userIdentity?.accessKeyId,
    width: 220,
  },
  {
    id: 'address',
    header: 'From',
    cell: ({ sourceIPAddress }) => sourceIPAddress,
    text: ({ sourceIPAddress }) => sourceIPAddress,
    width: 140,
  },
  {
    id: 'parameters',
    header: 'Parameters',
    cell: ({ requestParameters }) => <code>{JSON.stringify(requestParameters ?? {})}</code>,
    text: ({ requestParameters }) => JSON.stringify(requestParameters ?? {}),
    width: 420,
  },
];
