import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { components } from '../../api/assay-routes';

/** What runs on a host: containers, who listens on the network, and programs that an upgrade left behind. */
export function RunningParts({ running }: { running: components['schemas']['Running'] }) {
  return (
    <SpaceBetween size="l">
      <Table
        variant="embedded"
        wrapLines
        header={<Header variant="h3">Containers</Header>}
        items={running.containers ?? []}
        empty="No container runs, as far as its runtimes tell."
        ariaLabels={{ tableLabel: 'Containers' }}
        columnDefinitions={[
          { id: 'name', header: 'Name', isRowHeader: true, cell: ({ name, id }) => name ?? id.slice(0, 12) },
          {
            id: 'image',
            header: 'Image',
            cell: ({ image }) => image.name ?? image.manifest ?? image.digests[0],
          },
          { id: 'runtime', header: 'Runtime', cell: ({ runtime }) => runtime },
        ]}
      />
      <Table
        variant="embedded"
        wrapLines
        header={<Header variant="h3">Listening on the network</Header>}
        items={running.listeners ?? []}
        empty="Nothing listens, as far as the host tells."
        ariaLabels={{ tableLabel: 'Listening on the network' }}
        columnDefinitions={[
          { id: 'program', header: 'Program', isRowHeader: true, cell: ({ program }) => program ?? '–' },
          { id: 'address', header: 'Address', cell: ({ address }) => address },
          { id: 'port', header: 'Port', cell: ({ port, protocol }) => `${port} ${protocol}` },
        ]}
      />
      <Table
        variant="embedded"
        wrapLines
        header={
          <Header
            variant="h3"
            description="They still run code that an upgrade replaced, until they are restarted."
          >
            Programs to restart
          </Header>
        }
        items={running.outdated ?? []}
        empty="No program runs code that was replaced."
        ariaLabels={{ tableLabel: 'Programs to restart' }}
        columnDefinitions={[
          { id: 'program', header: 'Program', isRowHeader: true, cell: ({ program }) => program },
          { id: 'files', header: 'Replaced files', cell: ({ files }) => files.join(', ') },
        ]}
      />
    </SpaceBetween>
  );
}
