"""Alert rules, what they found, and silences."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("CURRENT_TIMESTAMP")
_OPEN = sa.text("state <> 'resolved'")


def upgrade() -> None:
    """Make the tables."""
    _make_rules()
    _make_history()
    op.create_table(
        "watch_silence",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("matchers", sa.JSON, nullable=False),
        sa.Column("begins_at", _TIME, nullable=False),
        sa.Column("until_at", _TIME, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_silence"),
    )
    op.create_index("ix_watch_silence_until_at", "watch_silence", ["until_at"])


def _make_rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("channels", sa.JSON, nullable=False),
        sa.Column("enabled", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("is_shipped", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("for_seconds", sa.Integer, nullable=False),
        sa.Column("cooldown_seconds", sa.Integer, nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("evaluated_at", _TIME),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("updated_at", _TIME, server_default=_NOW, nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'critical')", name="severity"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rules"),
        sa.UniqueConstraint("name", name="uq_alert_rules_name"),
    )


def _make_history() -> None:
    op.create_table(
        "alert_history",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("rule_id", sa.Integer),
        sa.Column("rule_name", sa.String(100), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("triggered_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("resolved_at", _TIME),
        sa.Column("notified_at", _TIME),
        sa.Column("held", sa.String(200), nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("retried", sa.Integer, nullable=False),
        sa.Column("acknowledged_by", sa.String(320), nullable=False),
        sa.Column("acknowledged_at", _TIME),
        sa.Column("note", sa.String(500), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'firing', 'resolved')", name="state"),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alert_rules.id"],
            name="fk_alert_history_rule_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert_history"),
    )
    op.create_index("ix_alert_history_rule_id", "alert_history", ["rule_id"])
    op.create_index("ix_alert_history_triggered_at", "alert_history", ["triggered_at"])
    op.create_index(
        "ix_alert_history_fingerprint",
        "alert_history",
        ["fingerprint", "triggered_at"],
    )
    op.create_index(
        "ix_alert_history_open",
        "alert_history",
        ["fingerprint"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """Drop them; what was delivered stays in the deliveries."""
    for table in ("watch_silence", "alert_history", "alert_rules"):
        op.drop_table(table)
