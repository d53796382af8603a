import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Account } from '../../account/account';
import { Time } from '../../text/time';
import { count, duration, readable } from '../../text/words';
import type { ToldResource } from './page';

/** What is known of a resource itself. */
export function About({ resource }: { resource: ToldResource }) {
  const agent = resource.running?.agent;
  const tags = Object.entries(resource.tags);
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Id', value: resource.id },
          { label: 'Account', value: <Account id={resource.accountId} /> },
          { label: 'State', value: readable(resource.state) },
          { label: 'Packages', value: count(resource.inventory?.packages) },
          { label: 'Inventory', value: <Time at={resource.inventoryAt} never="None yet" /> },
          { label: 'First seen', value: <Time at={resource.firstSeenAt} /> },
          { label: 'Last told of or changed', value: <Time at={resource.changedAt} /> },
          ...(agent
            ? [
                {
                  label: 'Agent',
                  value: `${agent.version}, reports every ${duration(agent.reportEverySeconds)}`,
                },
              ]
            : []),
          { label: 'Digest of the inventory', value: <code>{resource.inventory?.digest ?? '–'}</code> },
        ]}
      />
      {tags.length > 0 && (
        <div>
          <Header variant="h3">Tags</Header>
          <KeyValuePairs
            columns={3}
            items={tags.map(([label, value]) => ({ label, value: String(value) || '–' }))}
          />
        </div>
      )}
      <div>
        <Header variant="h3">Details</Header>
        <KeyValuePairs
          columns={3}
          items={pathsIn(resource.details).map(([label, value]) => ({ label, value }))}
        />
      </div>
    </SpaceBetween>
  );
}

const DEEPEST = 4;

/** The texts in a tree, each with the words that lead to it. */
function pathsIn(tree: unknown, words: readonly string[] = []): [string, string][] {
  if (tree === null || tree === undefined || tree === '') return [];
  const name = words.at(-1) ?? '';
  if (Array.isArray(tree) && tree.every((one) => typeof one !== 'object')) return [[name, tree.join(', ')]];
  if (typeof tree !== 'object') return [[name, String(tree)]];
  if (words.length >= DEEPEST) return [[name, JSON.stringify(tree)]];
  return Object.entries(tree).flatMap(([word, branch]) => pathsIn(branch, [...words, word]));
}
