import type { Resource } from '@aws-sdk/client-inspector2';

/** What people call a resource: an image by repository and tag, a function by its name, anything else by its id. */
export function nameOf(resource: Resource | undefined): string {
  const image = resource?.details?.awsEcrContainerImage;
  if (image !== undefined) {
    return imageName(image.repositoryName, image.imageTags?.[0], image.imageHash);
  }
  const name = resource?.tags?.Name;
  if (name !== undefined && name !== '') return `${name} (${resource?.id})`;
  return resource?.details?.awsLambdaFunction?.functionName ?? shortName(resource?.id ?? '–');
}

/** An image by its repository and its tag, else its digest. */
export function imageName(
  repository: string | undefined,
  tag: string | undefined,
  digest: string | undefined,
): string {
  return `${repository ?? ''}${tag === undefined ? `@${digest?.slice(0, 19)}` : `:${tag}`}`;
}

/** An ARN without what is the same for all; other ids as they are. */
export function shortName(id: string): string {
  return id.startsWith('arn:') ? id.split(':').slice(5).join(':') : id;
}
