import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { activeAddress } from '../../finding/address';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import { PagedTable } from '../../table/paged-table';
import { count, readable } from '../../text/words';
import { Bill } from './bill';
import type { RouteType } from './page';

type Package = components['schemas']['InstalledPackage'];

/** The packages that are in a resource, each with its active findings. */
export function Packages({ id, type }: { id: string; type: RouteType | undefined }) {
  const { assay, region } = useClients();
  const fetchPage: FetchPage<Package> = async (nextToken, signal) => {
    const query = { id, type, maxResults: 50, nextToken };
    const page = await answer(assay.GET('/resource/packages', { params: { query }, signal }));
    return { rows: page.packages, next: page.nextToken ?? undefined };
  };
  const pages = usePages(['packages', region, id, type], fetchPage, { follow: 'calmly' });
  return (
    <PagedTable<Package>
      title="Packages"
      what="packages"
      pages={pages}
      within="part"
      rowKey={({ purl, paths }) => `${purl} ${paths[0]}`}
      actions={<Bill id={id} type={type} />}
      columns={[
        {
          id: 'name',
          header: 'Package',
          isRowHeader: true,
          cell: ({ name }) => name,
          text: ({ name }) => name,
          width: 240,
        },
        {
          id: 'version',
          header: 'Version',
          cell: ({ version }) => version ?? '–',
          text: ({ version }) => version,
          width: 180,
        },
        {
          id: 'findings',
          header: 'Active findings',
          cell: ({ activeFindings, name }) =>
            activeFindings === 0 ? (
              '0'
            ) : (
              <AppLink to={activeAddress({ resourceId: id, vulnerablePackages: name })}>
                {count(activeFindings)}
              </AppLink>
            ),
          text: ({ activeFindings }) => activeFindings,
          width: 140,
        },
        {
          id: 'manager',
          header: 'Package manager',
          cell: ({ packageManager }) => readable(packageManager),
          text: ({ packageManager }) => packageManager,
          width: 150,
        },
        {
          id: 'paths',
          header: 'Where',
          cell: ({ paths }) => (
            <code>
              {paths.slice(0, 3).join(', ')}
              {paths.length > 3 && ` and ${paths.length - 3} more`}
            </code>
          ),
          text: ({ paths }) => paths.join(' '),
          width: 380,
        },
        {
          id: 'purl',
          header: 'Package URL',
          cell: ({ purl }) => <code>{purl}</code>,
          text: ({ purl }) => purl,
          width: 380,
        },
        {
          id: 'owner',
          header: 'Belongs to',
          cell: ({ owner }) => owner ?? '–',
          text: ({ owner }) => owner,
          width: 200,
        },
      ]}
      empty={<NothingThere title="No package is known in it" />}
    />
  );
}
