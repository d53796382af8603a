import { answer } from '../../api/clients';
import { type Fix, fixAddress, upgradeText } from '../../finding/fix';
import { SeverityCountLinks, severityTexts } from '../../finding/severity';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere, NotAssessed } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { count, counted } from '../../text/words';
import { useState } from 'react';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Gaps } from '../../states/states';

const PAGE_SIZE = 50;

/** Upgrades, each with the findings that it ends: the shortest way to few findings. */
export function FixGroups() {
  const { assay, region } = useClients();
  const [gaps, setGaps] = useState<Gaps>();
  const fetchPage: FetchPage<Fix> = async (nextToken, signal) => {
    const page = await answer(
      assay.GET('/fixes', { params: { query: { maxResults: PAGE_SIZE, nextToken } }, signal }),
    );
    setGaps(page.gaps);
    return { rows: page.fixes, next: page.nextToken ?? undefined };
  };
  const pages = usePages(['fixes', region], fetchPage, { follow: 'calmly' });
  return (
    <SpaceBetween size="m">
      <NotAssessed gaps={gaps} />
      <PagedTable<Fix>
        title="Findings by fix"
        what="fixes"
        description="What to upgrade, the upgrade that ends the most first."
        columns={COLUMNS}
        pages={pages}
        rowKey={({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`}
        empty={
          <NothingThere title="No upgrade ends a finding">
            What has no fix yet is in the list of all findings.
          </NothingThere>
        }
      />
    </SpaceBetween>
  );
}

const COLUMNS: Column<Fix>[] = [
  {
    id: 'upgrade',
    header: 'Upgrade',
    isRowHeader: true,
    cell: upgradeText,
    text: upgradeText,
    width: 340,
  },
  {
    id: 'ecosystem',
    header: 'Ecosystem',
    cell: ({ ecosystem }) => ecosystem,
    text: ({ ecosystem }) => ecosystem,
    width: 160,
  },
  {
    id: 'resources',
    header: 'Helps',
    cell: ({ resources }) => counted(resources, 'resource'),
    text: ({ resources }) => resources,
    width: 140,
  },
  {
    id: 'findings',
    header: 'Findings that it ends',
    cell: (fix) => <AppLink to={fixAddress(fix)}>{count(fix.findings.all)}</AppLink>,
    text: ({ findings }) => findings.all,
    width: 160,
  },
  {
    id: 'severities',
    header: 'By severity',
    cell: (fix) => <SeverityCountLinks counts={fix.findings} to={(severity) => fixAddress(fix, severity)} />,
    texts: severityTexts(({ findings }: Fix) => findings),
    width: 380,
  },
];
