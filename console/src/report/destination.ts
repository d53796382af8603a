import { useState } from 'react';

/** Where reports go to: a bucket, and the key that it is encrypted with. */
export interface Destination {
  bucketName: string;
  kmsKeyArn: string;
}

const KEPT_AS = 'assay-report-destination';

/** The bucket that a service with directories for buckets has, which encrypts nothing. */
function usual(account: string, region: string): Destination {
  return { bucketName: 'console', kmsKeyArn: `arn:aws:kms:${region}:${account}:key/unused` };
}

/** Where the last report was ordered to from this browser, else the usual place. */
export function useDestination(
  account: string,
  region: string,
): [Destination, (destination: Destination) => void, () => void] {
  const [destination, setDestination] = useState(() => kept() ?? usual(account, region));
  const keep = () => {
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(destination));
    } catch {
      // It is asked for again next time.
    }
  };
  return [destination, setDestination, keep];
}

function kept(): Destination | undefined {
  try {
    const told = JSON.parse(localStorage.getItem(KEPT_AS) ?? 'null') as Partial<Destination> | null;
    if (typeof told?.bucketName !== 'string' || typeof told.kmsKeyArn !== 'string') return undefined;
    return { bucketName: told.bucketName, kmsKeyArn: told.kmsKeyArn };
  } catch {
    return undefined;
  }
}
