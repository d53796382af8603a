import SpaceBetween from '@cloudscape-design/components/space-between';
import type { components } from '../../api/assay-routes';
import { SmallTable } from '../../table/small-table';

/** What runs on a host: containers, who listens on the network, and programs that an upgrade left behind. */
export function RunningParts({ running }: { running: components['schemas']['Running'] }) {
  return (
    <SpaceBetween size="l">
      <SmallTable
        title="Containers"
        rows={running.containers ?? []}
        empty="No container runs, as far as its runtimes tell."
        columns={[
          { id: 'name', header: 'Name', isRowHeader: true, text: ({ name, id }) => name ?? id.slice(0, 12) },
          {
            id: 'image',
            header: 'Image',
            text: ({ image }) => image.name ?? image.manifest ?? image.digests[0],
          },
          { id: 'runtime', header: 'Runtime', text: ({ runtime }) => runtime },
        ]}
      />
      <SmallTable
        title="Listening on the network"
        rows={running.listeners ?? []}
        empty="Nothing listens, as far as the host tells."
        columns={[
          { id: 'program', header: 'Program', isRowHeader: true, text: ({ program }) => program },
          { id: 'address', header: 'Address', text: ({ address }) => address },
          { id: 'port', header: 'Port', text: ({ port, protocol }) => `${port} ${protocol}` },
        ]}
      />
      <SmallTable
        title="Programs to restart"
        description="They still run code that an upgrade replaced, until they are restarted."
        rows={running.outdated ?? []}
        empty="No program runs code that was replaced."
        columns={[
          { id: 'program', header: 'Program', isRowHeader: true, text: ({ program }) => program },
          { id: 'files', header: 'Replaced files', text: ({ files }) => files.join(', ') },
        ]}
      />
    </SpaceBetween>
  );
}
