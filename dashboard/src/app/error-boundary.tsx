import { Component, type ReactNode } from "react";
import { ErrorPage } from "./error-page.tsx";

type Props = {
  children: ReactNode;
  /** When it changes, what failed is tried again: the address. */
  resetKey?: string | undefined;
  /** Part of a page: the shell around it still works. */
  isPart?: boolean | undefined;
};
type State = { error: Error | undefined; resetKey: string | undefined };

/** Shows a calm page in the place of what could not be drawn. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ resetKey }: Props, state: State): Partial<State> | null {
    return resetKey === state.resetKey ? null : { error: undefined, resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <ErrorPage error={error} isPart={this.props.isPart} onRetry={() => this.setState({ error: undefined })} />;
  }
}
