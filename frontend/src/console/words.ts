// Keywords and functions that every dialect here knows, and those of one.

const SINGLE =
  "SELECT DISTINCT FROM WHERE HAVING LIMIT OFFSET JOIN ON USING AS AND OR NOT IN EXISTS BETWEEN LIKE NULL CASE WHEN THEN ELSE END UNION INTERSECT EXCEPT WITH RECURSIVE ASC DESC OVER ROWS RANGE WINDOW VALUES TRUE FALSE ALL ANY EXPLAIN CURRENT_DATE CURRENT_TIMESTAMP";
const PAIRS =
  "GROUP BY,ORDER BY,LEFT JOIN,RIGHT JOIN,INNER JOIN,FULL JOIN,CROSS JOIN,IS NULL,IS NOT NULL,UNION ALL,NULLS FIRST,NULLS LAST,PARTITION BY";

export const KEYWORDS = [...SINGLE.split(" "), ...PAIRS.split(",")];

const COMMON =
  "count sum avg min max coalesce nullif cast abs round lower upper trim length replace substr row_number rank dense_rank lag lead first_value last_value";
const OWN: Record<string, string> = {
  sqlite: "date time datetime julianday strftime total group_concat ifnull instr iif json_extract printf typeof",
  postgresql: "date_trunc extract to_char now age string_agg array_agg generate_series jsonb_agg split_part percentile_cont greatest least",
  duckdb: "date_trunc extract strftime now list string_agg median quantile_cont approx_count_distinct struct_pack read_csv greatest least",
  mariadb: "date_format now group_concat ifnull concat datediff json_extract greatest least str_to_date",
  hana: "add_days days_between to_date to_varchar string_agg ifnull concat now current_utctimestamp median greatest least",
};

export function functions(dialect: string): string[] {
  return `${COMMON} ${OWN[dialect] ?? ""}`.trim().split(" ");
}
