import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { Failed, Loading } from '../../states/states';

/** One part of the settings, with what is shown while it is not there, or cannot be had. */
export function Part<Data>({
  title,
  description,
  query: { data, error, refetch },
  children,
}: {
  title: string;
  description: string;
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}) {
  const what = title.charAt(0).toLowerCase() + title.slice(1);
  return (
    <Container
      header={
        <Header variant="h2" description={description}>
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
