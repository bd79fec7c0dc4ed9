// A sign for each kind of trouble.
import { CloudOutlined, CreditCardOutlined, DisconnectOutlined, GiftOutlined, RiseOutlined, StopOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

export const FAULT_ICONS: Readonly<Record<string, ReactNode>> = {
  DemandSpike: <RiseOutlined />,
  Festival: <GiftOutlined />,
  PaymentFault: <CreditCardOutlined />,
  Typhoon: <CloudOutlined />,
  SupplierStrike: <StopOutlined />,
  LostReceipts: <DisconnectOutlined />,
};
