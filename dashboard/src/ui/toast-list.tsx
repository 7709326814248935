import { Toast } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect } from "react";
import type { ToastMessage } from "./toaster.tsx";
import { TONE_TEXT } from "./tone.ts";

const manager = Toast.createToastManager<{ tone: ToastMessage["tone"] }>();

/** Messages that came before the list was on the page: the manager tells only whoever listens already. */
const early: ToastMessage[] = [];
let isListening = false;

export function addToast(message: ToastMessage): void {
  if (isListening) show(message);
  else early.push(message);
}

function show({ tone, title, description, action, id }: ToastMessage): void {
  const shown = manager.add({
    id,
    title,
    description,
    data: { tone },
    // A high one is hidden from screen readers once it was said, buttons and all.
    priority: "low",
    timeout: tone === "danger" ? 0 : 6_000,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        action.onSelect();
        manager.close(shown);
      },
    },
  });
}

export function ToastList() {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Listening />
      <Toast.Portal>
        {/* At the top: the buttons of a dialog are at its bottom, and a message must not lie on them. */}
        <Toast.Viewport className="fixed top-[max(0.75rem,env(safe-area-inset-top))] left-1/2 z-50 w-[calc(100vw-2rem)] -translate-x-1/2 sm:w-88">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** Begins when the provider around it listens: effects of children run first, so one turn later. */
function Listening() {
  useEffect(() => {
    const turn = setTimeout(() => {
      isListening = true;
      for (const message of early.splice(0)) show(message);
    });
    return () => {
      clearTimeout(turn);
      isListening = false;
    };
  }, []);
  return null;
}

const ICONS = { success: CircleCheck, danger: CircleAlert, neutral: Info } as const;

function Toasts() {
  const { toasts } = Toast.useToastManager<{ tone: ToastMessage["tone"] }>();
  return toasts.map((toast) => {
    const tone = toast.data?.tone ?? "neutral";
    const Icon = ICONS[tone];
    return (
      <Toast.Root
        key={toast.id}
        toast={toast}
        swipeDirection={["up", "right"]}
        className="toast absolute inset-x-0 top-0 rounded-lg border border-line bg-raised text-ink shadow-floating"
      >
        <Toast.Content className="flex items-start gap-3 overflow-hidden p-2.5 pl-4 transition-opacity data-behind:opacity-0 data-expanded:opacity-100">
          <Icon aria-hidden className={`mt-1.5 size-4 shrink-0 ${TONE_TEXT[tone]}`} />
          <div className="min-w-0 flex-1 py-1">
            <Toast.Title className="font-medium text-sm" />
            <Toast.Description className="text-pretty break-words text-quiet text-sm" />
            <Toast.Action className="mt-1.5 cursor-pointer rounded-xs font-medium text-accent-ink text-sm hover:underline" />
          </div>
          <Toast.Close
            aria-label="Dismiss"
            className="grid size-7 shrink-0 cursor-pointer place-items-center rounded-sm text-quiet transition-colors hover:bg-hover hover:text-ink"
          >
            <X aria-hidden className="size-4" />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    );
  });
}
