import { ArrowUpDown, Search } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "../../../ui/button.tsx";
import { Kbd } from "../../../ui/kbd.tsx";
import { Menu, MenuRadioGroup } from "../../../ui/menu.tsx";
import { SegmentedFilter } from "../../../ui/segmented-filter.tsx";
import { TextInput } from "../../../ui/text-input.tsx";
import { AGENT_ORDERS, type AgentFilter, type GroupFilter, offeredGroups } from "./filter-agents.ts";

type AgentsToolbarProps = {
  filter: AgentFilter;
  onFilterChange: (changes: Partial<AgentFilter>) => void;
  counts: Record<GroupFilter, number>;
  searchRef: RefObject<HTMLInputElement | null>;
};

const ORDER_OPTIONS = AGENT_ORDERS.map(({ id, label }) => ({ value: id, label }));

/** Search, filter by state, order. */
export function AgentsToolbar({ filter, onFilterChange, counts, searchRef }: AgentsToolbarProps) {
  const orderLabel = AGENT_ORDERS.find(({ id }) => id === filter.order)?.label;
  return (
    <search className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 flex-1 sm:max-w-72">
        <TextInput
          ref={searchRef}
          type="search"
          aria-label="Search agents"
          aria-keyshortcuts="/"
          placeholder="Search agents"
          autoComplete="off"
          spellCheck={false}
          value={filter.search}
          onValueChange={(search) => onFilterChange({ search })}
          onKeyDown={(event) => {
            if (event.key === "Escape" && filter.search !== "") {
              event.preventDefault();
              onFilterChange({ search: "" });
            }
          }}
          leading={<Search />}
          trailing={
            <span aria-hidden className="pointer-events-none hidden sm:block">
              <Kbd>/</Kbd>
            </span>
          }
          className="[&::-webkit-search-cancel-button]:appearance-none"
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
