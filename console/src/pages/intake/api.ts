// The API of imports: its types by short names, its queries, and the one call that needs progress: the upload.
import { useQuery } from "@tanstack/react-query";
import { ApiError, get, headers, post, url } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type S = components["schemas"];
export type ImportView = S["ImportView"];
export type ImportLook = S["ImportLook"];
export type SheetLook = S["SheetLook"];
export type Mapping = S["Mapping"];
export type TableMapping = S["TableMapping"];
export type ColumnRule = S["ColumnRule"];
export type MappingDraft = S["MappingDraft"];
export type TryReport = S["TryReport"];
export type TableMeaning = S["TableMeaning"];
export type FieldMeaning = S["FieldMeaning"];
export type KeptMapping = S["KeptMapping"];
export type SheetChoice = S["SheetChoice"];

export const IMPORTS = ["intake", "imports"] as const;
export const MAPPINGS = ["intake", "mappings"] as const;
const BUSY = new Set(["queued", "running"]);

/** Whether an import is queued or runs. */
export const busy = (one: ImportView): boolean => BUSY.has(one.status);

/** All imports; asked again often while one runs. */
export function useImports() {
  return useQuery({
    queryKey: IMPORTS,
    queryFn: () => get<ImportView[]>("/imports"),
    refetchInterval: (query) => (query.state.data?.some(busy) ? 500 : 15_000),
  });
}

/** What is in an uploaded file. */
export function useLook(id: string, on: boolean) {
  return useQuery({
    queryKey: ["intake", "look", id],
    queryFn: () => get<ImportLook>(`/imports/${id}/look`),
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Every table and field that a file can feed. */
export function useMeanings() {
  return useQuery({
    queryKey: ["intake", "fields"],
    queryFn: () => get<TableMeaning[]>("/imports/fields"),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The kept mappings. */
export function useMappings(on = true) {
  return useQuery({ queryKey: MAPPINGS, queryFn: () => get<KeptMapping[]>("/mappings"), enabled: on });
}

/** What a mapping makes of the first rows, or of all; asked again when the mapping changes. */
export function useTry(id: string, sheet: string, mapping: Mapping | null, whole: boolean, on = true) {
  return useQuery({
    queryKey: ["intake", "try", id, sheet, whole, mapping],
    queryFn: ({ signal }) => post<TryReport>(`/imports/${id}/try`, { sheet, mapping, whole }, { signal }),
    enabled: on && mapping !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: (before) => before,
    gcTime: 60_000,
  });
}

/** Send one file with progress (0 to 1); ends with an error that says what to do, or by `signal`. */
export function upload(path: string, file: File, fields: Readonly<Record<string, string>>, told: (share: number) => void, signal: AbortSignal): Promise<unknown> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("files", file, file.name);
    request.open("POST", url(path));
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => told(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => (request.status < 300 ? done(request.response) : failed(problem(request)));
    request.onerror = () => failed(unreachable());
    request.onabort = () => failed(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function problem(request: XMLHttpRequest): ApiError {
  const said = (request.response ?? {}) as Record<string, string>;
  const text = said.detail ?? `HTTP ${request.status}`;
  return new ApiError(
    request.status,
    said.code ?? `http.${request.status}`,
    { en: said.text_en || text, zh: said.text_zh || text },
    { en: said.todo_en ?? "", zh: said.todo_zh ?? "" },
    said.where ?? "",
  );
}

function unreachable(): ApiError {
  return new ApiError(
    0,
    "console.unreachable",
    { en: "The upload broke off: the shop does not answer.", zh: "上传中断：店铺没有响应。" },
    { en: "Check the connection and drop the file again.", zh: "请检查网络后重新拖入文件。" },
    "",
  );
}
