// The waiting rows: cells are changed where they stand, what is wrong is marked there, and each change is checked at once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox } from "antd";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { type Column, VirtualTable } from "@/ui/VirtualTable.tsx";
import { useWords } from "@/words/index.ts";
import { EditCell } from "./EditCell.tsx";
import { RowDrawer } from "./RowDrawer.tsx";
import { RowState } from "./RowState.tsx";
import { EXTRA, patchRows, refresh, type WardRow, type WardRows, type WardView } from "./wards.ts";

export interface WardTableProps {
  readonly ward: WardView;
  readonly of: number | undefined;
  readonly at: (index: number) => WardRow | undefined;
  readonly chosen: ReadonlySet<number>;
  readonly onChosen: (chosen: ReadonlySet<number>) => void;
  readonly onRange: (first: number, last: number) => void;
}

export interface CellChange {
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

/** Columns in which something is wrong come first: they are what a person is here for. */
const worstFirst = (ward: WardView) => {
  const all = ward.columns.map((column, n) => ({ column, n }));
  return [...all.filter((one) => one.column.rows > 0), ...all.filter((one) => one.column.rows === 0)];
};

export function WardTable({ ward, of, at, chosen, onChosen, onRange }: WardTableProps): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const [open, setOpen] = useState<number | null>(null);
  const edit = useMutation({
    mutationFn: (cells: readonly CellChange[]) => post<WardRows>(`/quarantine/${ward.id}/edit`, { cells }),
    onSuccess: (fresh) => {
      patchRows(client, ward.id, fresh.rows);
      refresh(client, ward.id, false);
    },
  });
  const change = edit.mutateAsync;
  const toggle = useCallback(
    (row: number, on: boolean) => {
      const next = new Set(chosen);
      if (on) next.add(row);
      else next.delete(row);
      onChosen(next);
    },
    [chosen, onChosen],
  );
  const extra = ward.reasons.some((reason) => reason.column === EXTRA);
  const columns = useMemo<readonly Column<WardRow>[]>(
    () => [
      {
        key: "_choose",
        title: <span className="ll-hidden">{t("intake.row.choose")}</span>,
        width: 44,
        cell: (row) => (
          <span onClick={(event) => event.stopPropagation()}>
            <Checkbox aria-label={t("intake.row.choose.one", { row: row.row })} checked={chosen.has(row.row)} onChange={(event) => toggle(row.row, event.target.checked)} />
          </span>
        ),
      },
      { key: "_row", title: t("intake.grid.row"), width: 72, align: "right", cell: (row) => row.row },
      { key: "_state", title: t("intake.row.state"), width: 240, cell: (row) => <RowState row={row} /> },
      ...worstFirst(ward).map(({ column, n }) => ({
        key: column.column,
        title: column.column,
        about: column.fields.join(", "),
        width: 170,
        cell: (row: WardRow) => <EditCell row={row} column={column.column} text={row.cells[n] ?? ""} onChange={(text) => change([{ row: row.row, column: column.column, text }])} />,
      })),
      ...(extra
        ? [
            {
              key: EXTRA,
              title: t("intake.row.extra"),
              about: t("intake.row.extra.about"),
              width: 170,
              cell: (row: WardRow) => <EditCell row={row} column={EXTRA} text={row.extra} onChange={(text) => change([{ row: row.row, column: EXTRA, text }])} />,
            },
          ]
        : []),
    ],
    [t, ward, extra, chosen, toggle, change],
  );
  return (
    <>
      {edit.error ? <ErrorNote error={edit.error} /> : null}
      <VirtualTable<WardRow>
        label={t("intake.ward.rows")}
        columns={columns}
        height="clamp(320px, calc(100dvh - 318px), 1200px)"
        count={of ?? 12}
        rowAt={at}
        rowKey={(row) => String(row.row)}
        onRow={(_, index) => setOpen(index)}
        onRange={onRange}
        empty={<span>{t("intake.ward.none")}</span>}
      />
      <RowDrawer ward={ward} row={open === null ? undefined : at(open)} onClose={() => setOpen(null)} onSave={(cells) => change(cells)} onStep={(step) => setOpen((now) => Math.max(0, Math.min((of ?? 1) - 1, (now ?? 0) + step)))} />
    </>
  );
}
