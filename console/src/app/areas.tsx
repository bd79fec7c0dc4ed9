// The areas of the console in the order of the rail: a later link adds a line here and its pages, nothing else.
import {
  ApartmentOutlined,
  AuditOutlined,
  CheckSquareOutlined,
  CustomerServiceOutlined,
  DatabaseOutlined,
  ExperimentOutlined,
  GlobalOutlined,
  HomeOutlined,
  InboxOutlined,
  NodeIndexOutlined,
  SettingOutlined,
  TableOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { Permission } from "./session.ts";

export interface Area {
  readonly name: string;
  readonly to: string;
  readonly icon: ReactNode;
  readonly needs: Permission;
  /** Shown in the bar of a phone. */
  readonly phone?: boolean;
  /** A line above it in the rail. */
  readonly apart?: boolean;
  /** Other paths that belong to it. */
  readonly also?: readonly string[];
}

export const AREAS: readonly Area[] = [
  { name: "today", to: "/", icon: <HomeOutlined />, needs: "see", phone: true },
  { name: "decisions", to: "/decisions", icon: <CheckSquareOutlined />, needs: "see", phone: true },
  { name: "service", to: "/service", icon: <CustomerServiceOutlined />, needs: "see", phone: true },
  { name: "cases", to: "/cases", icon: <NodeIndexOutlined />, needs: "see", phone: true, also: ["/case"] },
  { name: "stock", to: "/stock", icon: <InboxOutlined />, needs: "see" },
  { name: "rules", to: "/rules", icon: <TableOutlined />, needs: "see", apart: true },
  { name: "data", to: "/data", icon: <DatabaseOutlined />, needs: "see", phone: true },
  { name: "models", to: "/models", icon: <ExperimentOutlined />, needs: "see" },
  { name: "map", to: "/map", icon: <ApartmentOutlined />, needs: "see" },
  { name: "worlds", to: "/worlds", icon: <GlobalOutlined />, needs: "see", apart: true },
  { name: "settings", to: "/settings", icon: <SettingOutlined />, needs: "see", phone: true },
];

export const AUDIT_ICON = <AuditOutlined />;

/** Whether a path belongs to an area. */
export function within(area: Area, path: string): boolean {
  if (area.to === "/") return path === "/";
  return [area.to, ...(area.also ?? [])].some((to) => path === to || path.startsWith(`${to}/`));
}
