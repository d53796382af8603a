import { useQuery } from '@tanstack/react-query';
import { answer } from '../../api/clients';
import { SeverityCountLinks, severityTexts } from '../../finding/severity';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { SmallTable } from '../../table/small-table';
import { count } from '../../text/words';
import { type Fix, fixAddress, upgradeText } from '../../finding/fix';
import { Card } from '../../states/card';

/** The upgrades that end the most findings. */
export function TopFixesCard() {
  const { assay, region } = useClients();
  const query = useQuery({
    queryKey: ['top-fixes', region],
    queryFn: ({ signal }) => answer(assay.GET('/fixes', { params: { query: { maxResults: 5 } }, signal })),
    meta: follows('calmly'),
  });
  return (
    <Card title="Top fixes" query={query} actions={<AppLink to="/findings?by=fix">All fixes</AppLink>}>
      {({ fixes }) => (
        <SmallTable
          title="Top fixes"
          heading={null}
          rows={fixes}
          empty="No upgrade ends a finding."
          columns={[
            { id: 'upgrade', header: 'Upgrade', isRowHeader: true, text: upgradeText },
            {
              id: 'ends',
              header: 'Ends',
              cell: (fix) => <AppLink to={fixAddress(fix)}>{count(fix.findings.all)}</AppLink>,
              text: ({ findings }) => findings.all,
            },
            {
              id: 'severities',
              header: 'Of which',
              cell: (fix) => (
                <SeverityCountLinks
                  counts={{ critical: fix.findings.critical, high: fix.findings.high }}
                  to={(severity) => fixAddress(fix, severity)}
                />
              ),
              texts: severityTexts(({ findings }: Fix) => findings),
            },
            {
              id: 'helps',
              header: 'Resources',
              cell: ({ resources }) => count(resources),
              text: ({ resources }) => resources,
            },
          ]}
        />
      )}
    </Card>
  );
}
