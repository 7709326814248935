export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      activities: {
        Row: {
          actor_agent_key: string | null;
          created_at: string;
          id: string;
          message: string;
          project_id: string;
          requested_by: string | null;
          summary: string | null;
          task_id: string | null;
          type: string;
        };
        ComputedFields: never;
        Insert: {
          actor_agent_key?: string | null;
          created_at?: string;
          id?: string;
          message: string;
          project_id: string;
          requested_by?: string | null;
          summary?: string | null;
          task_id?: string | null;
          type: string;
        };
        Update: {
          actor_agent_key?: string | null;
          created_at?: string;
          id?: string;
          message?: string;
          project_id?: string;
          requested_by?: string | null;
          summary?: string | null;
          task_id?: string | null;
          type?: string;
        };
        Relationships: [
          {
            foreignKeyName: "activities_project_id_fkey";
            columns: ["project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id"];
          },
        ];
      };
      agent_provision_requests: {
        Row: {
          agent_id_short: string | null;
          agent_key: string;
          attempts: number;
          cancel_requested_at: string | null;
          cancel_requested_by: string | null;
          completed_at: string | null;
          display_name: string;
          emoji: string | null;
          executor_id: string | null;
          id: string;
          kind: string;
          max_attempts: number;
          picked_up_at: string | null;
          progress: NonNullable<Json>;
          project_id: string;
          requested_at: string;
          requested_by: string | null;
          result: Json | null;
          retry_of: string | null;
          role_short: string | null;
          run_after: string;
          status: string;
          writing_began_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          agent_id_short?: string | null;
          agent_key: string;
          attempts?: number;
          cancel_requested_at?: string | null;
          cancel_requested_by?: string | null;
          completed_at?: string | null;
          display_name: string;
          emoji?: string | null;
          executor_id?: string | null;
          id?: string;
          kind?: string;
          max_attempts?: number;
          picked_up_at?: string | null;
          progress?: NonNullable<Json>;
          project_id: string;
          requested_at?: string;
          requested_by?: string | null;
          result?: Json | null;
          retry_of?: string | null;
          role_short?: string | null;
          run_after?: string;
          status?: string;
          writing_began_at?: string | null;
        };
        Update: {
          agent_id_short?: string | null;
          agent_key?: string;
          attempts?: number;
          cancel_requested_at?: string | null;
          cancel_requested_by?: string | null;
          completed_at?: string | null;
          display_name?: string;
          emoji?: string | null;
          executor_id?: string | null;
          id?: string;
          kind?: string;
          max_attempts?: number;
          picked_up_at?: string | null;
          progress?: NonNullable<Json>;
          project_id?: string;
          requested_at?: string;
          requested_by?: string | null;
          result?: Json | null;
          retry_of?: string | null;
          role_short?: string | null;
          run_after?: string;
          status?: string;
          writing_began_at?: string | null;
        };
        Relationships: [];
      };
      agent_status: {
        Row: {
          agent_key: string;
          current_task_id: string | null;
          id: string;
          last_activity_at: string;
          last_heartbeat_at: string | null;
          note: string | null;
          project_id: string;
          state: string;
        };
        ComputedFields: never;
        Insert: {
          agent_key: string;
          current_task_id?: string | null;
          id?: string;
          last_activity_at?: string;
          last_heartbeat_at?: string | null;
          note?: string | null;
          project_id: string;
          state?: string;
        };
        Update: {
          agent_key?: string;
          current_task_id?: string | null;
          id?: string;
          last_activity_at?: string;
          last_heartbeat_at?: string | null;
          note?: string | null;
          project_id?: string;
          state?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_status_project_id_fkey";
            columns: ["project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id"];
          },
        ];
      };
      agents: {
        Row: {
          agent_id_short: string | null;
          agent_key: string;
          color: string | null;
          created_at: string;
          description: string | null;
          emoji: string | null;
          executor_id: string | null;
          id: string;
          name: string;
          project_id: string;
          provisioned: boolean;
          purpose_text: string | null;
          role: string | null;
          workspace_path: string | null;
        };
        ComputedFields: never;
        Insert: {
          agent_id_short?: string | null;
          agent_key: string;
          color?: string | null;
          created_at?: string;
          description?: string | null;
          emoji?: string | null;
          executor_id?: string | null;
          id?: string;
          name: string;
          project_id: string;
          provisioned?: boolean;
          purpose_text?: string | null;
          role?: string | null;
          workspace_path?: string | null;
        };
        Update: {
          agent_id_short?: string | null;
          agent_key?: string;
          color?: string | null;
          created_at?: string;
          description?: string | null;
          emoji?: string | null;
          executor_id?: string | null;
          id?: string;
          name?: string;
          project_id?: string;
          provisioned?: boolean;
          purpose_text?: string | null;
          role?: string | null;
          workspace_path?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "agents_project_id_fkey";
            columns: ["project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id"];
          },
        ];
      };
      brain_doc_disk: {
        Row: {
          conflict_version: number | null;
          doc_date: string | null;
          doc_id: string;
          error: Json | null;
          executor_id: string;
          revision: number | null;
          sha256: string | null;
          synced_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          conflict_version?: number | null;
          doc_date?: string | null;
          doc_id: string;
          error?: Json | null;
          executor_id: string;
          revision?: number | null;
          sha256?: string | null;
          synced_at?: string | null;
        };
        Update: {
          conflict_version?: number | null;
          doc_date?: string | null;
          doc_id?: string;
          error?: Json | null;
          executor_id?: string;
          revision?: number | null;
          sha256?: string | null;
          synced_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "brain_doc_disk_conflict_version_fkey";
            columns: ["conflict_version"];
            isOneToOne: false;
            referencedRelation: "brain_doc_versions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "brain_doc_disk_doc_id_fkey";
            columns: ["doc_id"];
            isOneToOne: false;
            referencedRelation: "brain_docs";
            referencedColumns: ["id"];
          },
        ];
      };
      brain_doc_versions: {
        Row: {
          agent_key: string;
          author: string;
          conflict: boolean;
          content: string;
          created_at: string;
          doc_date: string | null;
          doc_id: string;
          doc_type: string;
          id: number;
          project_id: string;
          reason: string | null;
          revision: number | null;
          settled_at: string | null;
          sha256: string;
          source: string;
        };
        ComputedFields: never;
        Insert: {
          agent_key: string;
          author: string;
          conflict?: boolean;
          content: string;
          created_at?: string;
          doc_date?: string | null;
          doc_id: string;
          doc_type: string;
          id?: never;
          project_id: string;
          reason?: string | null;
          revision?: number | null;
          settled_at?: string | null;
          sha256: string;
          source: string;
        };
        Update: {
          agent_key?: string;
          author?: string;
          conflict?: boolean;
          content?: string;
          created_at?: string;
          doc_date?: string | null;
          doc_id?: string;
          doc_type?: string;
          id?: never;
          project_id?: string;
          reason?: string | null;
          revision?: number | null;
          settled_at?: string | null;
          sha256?: string;
          source?: string;
        };
        Relationships: [];
      };
      brain_docs: {
        Row: {
          agent_key: string;
          content: string;
          created_at: string;
          doc_date: string | null;
          doc_type: string;
          id: string;
          project_id: string;
          revision: number;
          updated_at: string;
          updated_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          agent_key: string;
          content?: string;
          created_at?: string;
          doc_date?: string | null;
          doc_type: string;
          id?: string;
          project_id: string;
          revision?: number;
          updated_at?: string;
          updated_by?: string | null;
        };
        Update: {
          agent_key?: string;
          content?: string;
          created_at?: string;
          doc_date?: string | null;
          doc_type?: string;
          id?: string;
          project_id?: string;
          revision?: number;
          updated_at?: string;
          updated_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "brain_docs_project_id_fkey";
            columns: ["project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id"];
          },
        ];
      };
      executor_runtime: {
        Row: {
          agents: NonNullable<Json>;
          executor_id: string;
          published_at: string | null;
          requested_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          agents?: NonNullable<Json>;
          executor_id: string;
          published_at?: string | null;
          requested_at?: string | null;
        };
        Update: {
          agents?: NonNullable<Json>;
          executor_id?: string;
          published_at?: string | null;
          requested_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "executor_runtime_executor_id_fkey";
            columns: ["executor_id"];
            isOneToOne: true;
            referencedRelation: "executors";
            referencedColumns: ["id"];
          },
        ];
      };
      executors: {
        Row: {
          contract_version: number | null;
          counters: NonNullable<Json>;
          display_name: string;
          id: string;
          instance_id: string;
          last_seen_at: string;
          openclaw_version: string | null;
          platform: string | null;
          problem: Json | null;
          started_at: string;
          version: string | null;
          workspace_root: string | null;
        };
        ComputedFields: never;
        Insert: {
          contract_version?: number | null;
          counters?: NonNullable<Json>;
          display_name: string;
          id: string;
          instance_id: string;
          last_seen_at?: string;
          openclaw_version?: string | null;
          platform?: string | null;
          problem?: Json | null;
          started_at?: string;
          version?: string | null;
          workspace_root?: string | null;
        };
        Update: {
          contract_version?: number | null;
          counters?: NonNullable<Json>;
          display_name?: string;
          id?: string;
          instance_id?: string;
          last_seen_at?: string;
          openclaw_version?: string | null;
          platform?: string | null;
          problem?: Json | null;
          started_at?: string;
          version?: string | null;
          workspace_root?: string | null;
        };
        Relationships: [];
      };
      project_members: {
        Row: {
          created_at: string;
          project_id: string;
          role: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          project_id: string;
          role: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          project_id?: string;
          role?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "project_members_project_id_fkey";
            columns: ["project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id"];
          },
        ];
      };
      projects: {
        Row: {
          created_at: string;
          id: string;
          name: string;
          tag: string | null;
          workspace_path: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id: string;
          name: string;
          tag?: string | null;
          workspace_path?: string | null;
        };
        Update: {
          created_at?: string;
          id?: string;
          name?: string;
          tag?: string | null;
          workspace_path?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      access: {
        Row: {
          executor_id: string | null;
          mode: string | null;
          roles: Json | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      executor_findings: {
        Row: {
          executor_id: string | null;
          findings: Json | null;
          reported_at: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      acknowledge_document: {
        Args: {
          doc_date?: string;
          doc_id: string;
          executor: string;
          instance: string;
          revision: number;
          sha256: string;
        };
        Returns: undefined;
      };
      acknowledge_documents: { Args: { acknowledgements: Json; executor: string; instance: string }; Returns: Json };
      add_member: { Args: { project_id: string; role: string; user_id: string }; Returns: undefined };
      adopt_agent: {
        Args: {
          agent_id: string;
          display_name?: string;
          emoji?: string;
          executor: string;
          project_id: string;
          requested_by: string;
          role_short?: string;
        };
        Returns: Json;
      };
      cancel_request: { Args: { request_id: string; requested_by: string }; Returns: Json };
      claim_provision_requests: {
        Args: {
          claim_token: string;
          executor: string;
          free_slots: number;
          instance: string;
          lease_seconds?: number;
          project_ids?: string[];
        };
        Returns: {
          agent_id_short: string;
          agent_key: string;
          attempts: number;
          display_name: string;
          emoji: string;
          kind: string;
          max_attempts: number;
          project_id: string;
          provisioned: boolean;
          request_id: string;
          role_short: string;
          workspace_path: string;
          workspace_prepared: boolean;
        }[];
      };
      complete_provision_request: {
        Args: { claim_token: string; request_id: string; result: Json; runtime_agents: Json };
        Returns: string;
      };
      create_agent: {
        Args: {
          agent_id_short: string;
          agent_key?: string;
          color?: string;
          command_sha256?: string;
          display_name: string;
          documents: Json;
          emoji: string;
          executor?: string;
          id_token: string;
          idempotency_key?: string;
          project_id: string;
          requested_by: string;
          role_short: string;
        };
        Returns: Json;
      };
      create_agents: {
        Args: { agents: Json; command_sha256?: string; idempotency_key?: string; requested_by: string };
        Returns: Json;
      };
      edit_agent: {
        Args: {
          agent_key: string;
          display_name?: string;
          emoji?: string;
          project_id: string;
          requested_by: string;
          role_short?: string;
        };
        Returns: Json;
      };
      enroll_executor: { Args: { executor_id: string; requested_by: string; user_id: string }; Returns: Json };
      examine_executor: { Args: { executor: string; functions: string[]; project_ids?: string[] }; Returns: Json };
      fail_provision_request: {
        Args: { claim_token: string; diagnostics?: string; error: Json; permanent: boolean; request_id: string };
        Returns: string;
      };
      fail_stuck_requests: {
        Args: Record<PropertyKey, never>;
        Returns: {
          expired: number;
          failed: number;
          requeued: number;
        }[];
      };
      keep_displaced_document: {
        Args: { content: string; doc_date?: string; doc_id: string; executor: string; instance: string };
        Returns: undefined;
      };
      list_access: {
        Args: Record<PropertyKey, never>;
        Returns: {
          member_since: string;
          project_id: string;
          project_name: string;
          role: string;
          user_id: string;
        }[];
      };
      list_documents: {
        Args: { executor: string; instance: string; only_ahead?: boolean; project_ids?: string[] };
        Returns: Json;
      };
      list_executor_credentials: {
        Args: Record<PropertyKey, never>;
        Returns: {
          enrolled_at: string;
          enrolled_by: string;
          executor_id: string;
          revoked_at: string;
        }[];
      };
      owns_every_project: { Args: { user_id: string }; Returns: boolean };
      provision_again: {
        Args: { agent_key: string; executor?: string; project_id: string; requested_by: string };
        Returns: Json;
      };
      publish_runtime: { Args: { agents: Json; executor: string; instance: string }; Returns: undefined };
      read_access_mode: { Args: Record<PropertyKey, never>; Returns: string };
      read_answer: { Args: { command_sha256: string; idempotency_key: string; requested_by: string }; Returns: Json };
      read_document: { Args: { agent_key: string; doc_type: string; project_id: string }; Returns: Json };
      read_documents: { Args: { doc_ids: string[]; executor: string; instance: string }; Returns: Json };
      read_project_names: { Args: { ids: string[] }; Returns: Json };
      read_request_documents: { Args: { claim_token: string; request_id: string }; Returns: Json };
      read_runtime: { Args: { executor: string; refresh?: boolean; user_id?: string }; Returns: Json };
      record_heartbeat: {
        Args: { about: Json; executor: string; instance: string };
        Returns: {
          now: string;
          runtime_requested_at: string;
        }[];
      };
      release_provision_request: { Args: { claim_token: string; request_id: string }; Returns: string };
      remove_agent: { Args: { agent_key: string; project_id: string; requested_by: string }; Returns: Json };
      remove_member: { Args: { project_id: string; user_id: string }; Returns: undefined };
      renew_provision_lease: {
        Args: { claim_token: string; lease_seconds?: number; progress?: Json; request_id: string };
        Returns: {
          cancel_requested: boolean;
          held: boolean;
        }[];
      };
      report_document_error: {
        Args: { doc_id: string; error: Json; executor: string; instance: string };
        Returns: undefined;
      };
      report_findings: { Args: { executor: string; findings: Json; instance: string }; Returns: undefined };
      require_may: { Args: { project_id: string; user_id: string; verb: string }; Returns: undefined };
      require_may_change: { Args: { request_id: string; user_id: string }; Returns: undefined };
      resolve_document: {
        Args: {
          agent_key: string;
          base_revision: number;
          conflict_version: number;
          content: string;
          doc_type: string;
          project_id: string;
          requested_by: string;
        };
        Returns: Json;
      };
      retry_request: { Args: { request_id: string; requested_by: string }; Returns: Json };
      revoke_executor: { Args: { executor_id: string }; Returns: Json };
      save_document: {
        Args: {
          agent_key: string;
          base_revision: number;
          content: string;
          doc_date?: string;
          doc_type: string;
          project_id: string;
          reason?: string;
          requested_by: string;
        };
        Returns: Json;
      };
      save_document_from_disk: {
        Args: {
          agent_key: string;
          base_sha256?: string;
          content: string;
          doc_date?: string;
          doc_type: string;
          executor: string;
          instance: string;
          project_id: string;
        };
        Returns: {
          doc_id: string;
          outcome: string;
          revision: number;
        }[];
      };
      save_request_document: {
        Args: { claim_token: string; content: string; doc_type: string; request_id: string };
        Returns: string;
      };
      set_access_mode: { Args: { mode: string }; Returns: undefined };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {},
  },
} as const;
