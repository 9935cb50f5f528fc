<?php // What Laravel brings, as small as the example needs it.

namespace Illuminate\Http {
    class Request
    {
        public function query(string $name, string $default): string
        {
            return $default;
        }
    }
}

namespace Illuminate\Support\Facades {
    class DB
    {
        private $rows;

        public static function table(string $name): self
        {
            return new self();
        }

        public function get(): self
        {
            $this->rows = json_decode(file_get_contents('records.json'))->data;
            return $this;
        }

        public function map(callable $change): self
        {
            $this->rows = array_map($change, $this->rows);
            return $this;
        }

        public function all(): array
        {
            return $this->rows;
        }
    }
}

namespace {
    function config(string $name)
    {
        return getenv(['services.entrepot.url' => 'ENTREPOT_URL', 'services.entrepot.key' => 'ENTREPOT_KEY'][$name]);
    }

    function report(Throwable $error): void
    {
        fwrite(STDERR, $error->getMessage() . "\n");
    }

    function abort(int $code, string $message): void
    {
        exit(1);
    }

    function response()
    {
        return new class () {
            private $path;
            public function download(string $path) { $this->path = $path; return $this; }
            public function deleteFileAfterSend(): string { return $this->path; }
        };
    }
}
