import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedFilter } from "../../ui/segmented-filter.tsx";
import { Select } from "../../ui/select.tsx";
import type { offeredGroups, offeredKinds, RequestFilter } from "./filter-requests.ts";

type RequestsToolbarProps = {
  filter: RequestFilter;
  onFilterChange: (changes: Partial<RequestFilter>) => void;
  groups: ReturnType<typeof offeredGroups>;
  kinds: ReturnType<typeof offeredKinds>;
};

/** Search, filter by state, filter by kind. */
export function RequestsToolbar({ filter, onFilterChange, groups, kinds }: RequestsToolbarProps) {
  return (
    <search className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 flex-1 sm:max-w-72">
        <SearchInput
          label="Search requests"
          value={filter.search}
          onValueChange={(search) => onFilterChange({ search })}
        />
      </div>
      <SegmentedFilter
        label="Filter by state"
        options={groups}
        value={filter.group}
        onValueChange={(group) => onFilterChange({ group })}
        className="max-sm:order-last max-sm:-mx-4 max-sm:basis-[calc(100%+2rem)] max-sm:px-4"
      />
      <div className="w-34 sm:ml-auto sm:w-44">
        <Select
          aria-label="Filter by kind"
          value={filter.kind}
          onValueChange={(kind) => onFilterChange({ kind })}
          options={kinds}
        />
      </div>
    </search>
  );
}
