import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { answer } from '../../api/clients';
import { faultOf } from '../../api/fault';
import { useClients } from '../../session/context';
import { useNotices } from '../../shell/notices';
import { download } from '../../table/csv';
import { shortName } from '../../finding/resource-name';
import type { RouteType } from './page';

/** Downloads the bill of materials of a resource. */
export function Bill({ id, type }: { id: string; type: RouteType | undefined }) {
  const { assay } = useClients();
  const notices = useNotices();
  const [isBusy, setBusy] = useState(false);
  const save = async (format: 'cyclonedx' | 'spdx') => {
    setBusy(true);
    try {
      const query = { id, type, format };
      const content = await answer(assay.GET('/resource/sbom', { params: { query }, parseAs: 'blob' }));
      const name = shortName(id).replaceAll(/[^\w.-]+/g, '_');
      download(
        `${name}.${format === 'cyclonedx' ? 'cdx' : 'spdx'}.json`,
        content as Blob,
        'application/json',
      );
    } catch (error) {
      notices.tell('error', `The SBOM could not be downloaded: ${faultOf(error).message}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <ButtonDropdown
      loading={isBusy}
      items={[
        { id: 'cyclonedx', text: 'CycloneDX' },
        { id: 'spdx', text: 'SPDX' },
      ]}
      onItemClick={({ detail }) => void save(detail.id as 'cyclonedx' | 'spdx')}
    >
      Download SBOM
    </ButtonDropdown>
  );
}
