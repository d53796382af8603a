import { useLocation } from 'react-router';

/** The region that the address names, as in `/eu-west-1/findings`. */
export function useRegionName(): string | undefined {
  return useLocation().pathname.split('/')[1] || undefined;
}
