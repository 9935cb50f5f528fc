<?php // What WordPress brings, as small as the example needs it.

const ARRAY_A = 'ARRAY_A';

function add_action(string $name, callable $action): void
{
    $GLOBALS['actions'][$name] = $action;
}

function current_user_can(string $what): bool
{
    return true;
}

function check_admin_referer(string $action): void
{
}

function get_option(string $name): string
{
    return getenv(['entrepot_url' => 'ENTREPOT_URL', 'entrepot_key' => 'ENTREPOT_KEY'][$name]);
}

function esc_html(string $text): string
{
    return htmlspecialchars($text);
}

function wp_die(string $message, int $code): void
{
    fwrite(STDERR, $message);
    exit(1);
}

$GLOBALS['wpdb'] = new class () {
    public $users = 'wp_users';
    public function get_results(string $sql, string $shape): array
    {
        return json_decode(file_get_contents('records.json'), true)['data'];
    }
};
