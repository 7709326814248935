import { SearchX } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { useIsOutdated } from "../../lib/fleet/data-notice.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { findRequests, inGroup, NO_FILTER, offeredGroups, offeredKinds } from "./filter-requests.ts";
import { useRequestAddress } from "./request-address.ts";
import { RequestRows } from "./request-rows.tsx";
import { RequestsToolbar } from "./requests-toolbar.tsx";
import type { RequestData } from "./use-request-views.ts";

/** The requests that fit what is looked for. */
export function RequestsList({ data }: { data: RequestData }) {
  const [address, changeAddress] = useRequestAddress();
  // Typing goes first: the rows follow when there is time.
  const { group, kind, search } = useDeferredValue(address);
  const found = useMemo(() => findRequests(data.views, { kind, search }), [data.views, kind, search]);
  const shown = useMemo(() => inGroup(found, group), [found, group]);
  const groups = useMemo(() => offeredGroups(found, group), [found, group]);
  const kinds = useMemo(() => offeredKinds(data.views, kind), [data.views, kind]);
  const isOutdated = useIsOutdated(data);

  return (
    <>
      <RequestsToolbar filter={address} onFilterChange={changeAddress} groups={groups} kinds={kinds} />
      <p role="status" className="sr-only">
        {shown.length === 1 ? "1 request" : `${shown.length} requests`}
      </p>
      {shown.length === 0 ? (
        <EmptyState
          icon={<SearchX />}
          title="No request fits"
          action={<Button onClick={() => changeAddress(NO_FILTER)}>Clear filters</Button>}
        />
      ) : (
        <div className={classNames("transition-[filter]", isOutdated && "saturate-25")}>
          <RequestRows
            views={shown}
            data={data}
            openId={address.openId}
            onOpenChange={(openId) => changeAddress({ openId })}
          />
        </div>
      )}
    </>
  );
}
