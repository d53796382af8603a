import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { Failed, Loading } from './states';

/** One part of a page, with what there is to show while it is not there yet, or cannot be had. */
export function Card<Data>({
  title,
  description,
  actions,
  query: { data, error, refetch },
  children,
}: {
  title: string;
  description?: string;
  actions?: ReactNode;
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}) {
  const what = title.charAt(0).toLowerCase() + title.slice(1);
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      {data === undefined && error ? (
        <Failed error={error} what={what} onRetry={() => refetch()} />
      ) : data === undefined ? (
        <Loading what={what} />
      ) : (
        children(data)
      )}
    </Container>
  );
}
