<?php // What CodeIgniter 4 brings, as small as the example needs it.

namespace {
    define('APPPATH', __DIR__ . '/app/');
    define('WRITEPATH', __DIR__ . '/writable/');

    function env(string $name)
    {
        return getenv(['entrepot.url' => 'ENTREPOT_URL', 'entrepot.key' => 'ENTREPOT_KEY'][$name]);
    }

    function log_message(string $level, string $message): void
    {
        fwrite(STDERR, "$level $message\n");
    }

    function db_connect()
    {
        return new class () {
            public function table(string $name) { return $this; }
            public function get() { return $this; }
            public function getResultArray(): array
            {
                return json_decode(file_get_contents('records.json'), true)['data'];
            }
        };
    }
}

namespace App\Controllers {
    class BaseController
    {
        public $request;
        public $response;

        public function __construct()
        {
            $this->request = new class () {
                public function getGet(string $name) { return null; }
            };
            $this->response = new class () {
                public function setStatusCode(int $code) { exit($code); }
                public function download(string $path, $data) { return $path; }
            };
        }
    }
}
