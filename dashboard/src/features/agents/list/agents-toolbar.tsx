import { ArrowUpDown } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { Menu, MenuRadioGroup } from "../../../ui/menu.tsx";
import { SearchInput } from "../../../ui/search-input.tsx";
import { SegmentedFilter } from "../../../ui/segmented-filter.tsx";
import { AGENT_ORDERS, type AgentFilter, type GroupFilter, offeredGroups } from "./filter-agents.ts";

type AgentsToolbarProps = {
  filter: AgentFilter;
  onFilterChange: (changes: Partial<AgentFilter>) => void;
  counts: Record<GroupFilter, number>;
};

const ORDER_OPTIONS = AGENT_ORDERS.map(({ id, label }) => ({ value: id, label }));

/** Search, filter by state, order. */
export function AgentsToolbar({ filter, onFilterChange, counts }: AgentsToolbarProps) {
  const orderLabel = AGENT_ORDERS.find(({ id }) => id === filter.order)?.label;
  return (
    <search className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 flex-1 sm:max-w-72">
        <SearchInput
          label="Search agents"
          value={filter.search}
          onValueChange={(search) => onFilterChange({ search })}
        />
      </div>
      <SegmentedFilter
        label="Filter by state"
        options={offeredGroups(counts, filter.group).map(({ id, label, count }) => ({ value: id, label, count }))}
        value={filter.group}
        onValueChange={(group) => onFilterChange({ group })}
        className="max-sm:order-last max-sm:-mx-4 max-sm:basis-[calc(100%+2rem)] max-sm:px-4"
      />
      <div className="sm:ml-auto">
        <Menu
          trigger={
            <Button aria-label={`Sort: ${orderLabel}`} icon={<ArrowUpDown />} className="text-quiet max-lg:px-2.5">
              <span className="max-lg:hidden">{orderLabel}</span>
            </Button>
          }
        >
          <MenuRadioGroup
            value={filter.order}
            onValueChange={(order) => onFilterChange({ order })}
            options={ORDER_OPTIONS}
          />
        </Menu>
      </div>
    </search>
  );
}
