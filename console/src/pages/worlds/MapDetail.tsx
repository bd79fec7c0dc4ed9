// What is known of the place that is looked at; otherwise what the signs of the map mean.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Money } from "@/ui/Money.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import type { MapCity, MapPlace, TownMapData } from "./data.ts";
import type { Drawing } from "./drawing.ts";
import styles from "./TownMap.module.css";

const SHOWN = 4;

export function MapDetail({ map, drawing, about, kept }: { map: TownMapData; drawing: Drawing; about: string; kept: boolean }): ReactNode {
  const mark = drawing.marks.find((one) => one.key === about);
  if (!mark) return <Legend />;
  return (
    <aside className={`${styles.detail} ${kept ? styles.kept : ""}`}>
      <h3 className={styles.detailTitle}>{mark.text}</h3>
      {mark.place ? <OfPlace place={mark.place} /> : mark.city ? <OfCity city={mark.city} /> : null}
      <Late map={map} about={about} />
    </aside>
  );
}

function OfPlace({ place }: { place: MapPlace }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <dl className={styles.facts}>
      <Fact name={t("worlds.map.on_hand")} value={format.number(place.on_hand)} unit={t("worlds.map.units")} />
      <Fact name={t("worlds.map.on_order")} value={format.number(place.on_order)} unit={t("worlds.map.units")} />
      <Fact name={t("worlds.map.sold_out")} value={format.number(place.sold_out)} unit={t("worlds.map.of_products", { of: format.number(place.products + place.sold_out) })} bad={place.sold_out > 0} />
      <Fact name={t("worlds.map.parcels_out")} value={format.number(place.parcels)} />
      <Fact name={t("worlds.map.late")} value={format.number(place.late)} bad={place.late > 0} />
    </dl>
  );
}

function OfCity({ city }: { city: MapCity }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <dl className={styles.facts}>
      <Fact name={t("worlds.map.orders_hour")} value={format.number(city.orders_hour)} />
      <Fact name={t("worlds.map.sales_hour")} value={<Money value={city.sales_hour} style="whole" />} />
      <Fact name={t("worlds.map.parcels_in")} value={format.number(city.parcels)} />
      <Fact name={t("worlds.map.late")} value={format.number(city.late)} bad={city.late > 0} />
    </dl>
  );
}

function Fact({ name, value, unit, bad }: { name: string; value: ReactNode; unit?: string; bad?: boolean }): ReactNode {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd className={bad ? styles.badFact : ""}>
        {value}
        {unit ? <small> {unit}</small> : null}
      </dd>
    </div>
  );
}

/** Late parcels of a place by name, to be looked into. */
function Late({ map, about }: { map: TownMapData; about: string }): ReactNode {
  const { t } = useWords();
  const found = map.lanes.filter((lane) => lane.origin === about || lane.city === about).flatMap((lane) => lane.sample.filter((parcel) => parcel.late));
  if (!found.length) return null;
  return (
    <div className={styles.lateList}>
      <span>{t("worlds.map.late.some")}</span>
      {found.slice(0, SHOWN).map((parcel) => (
        <ThingLink key={parcel.parcel_id} kind="parcel" id={parcel.parcel_id} />
      ))}
    </div>
  );
}

function Legend(): ReactNode {
  const { t } = useWords();
  return (
    <aside className={styles.legend} aria-hidden="true">
      <span>
        <i className={styles.signCity} /> {t("worlds.map.legend.city")}
      </span>
      <span>
        <i className={styles.signParcel} /> {t("worlds.map.legend.parcel")}
      </span>
      <span>
        <i className={styles.signLate} /> {t("worlds.map.legend.late")}
      </span>
    </aside>
  );
}
